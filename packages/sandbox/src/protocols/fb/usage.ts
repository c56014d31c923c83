import { pages } from './tokens.ts';

/** Which of the three headers says it. */
export type FbUsageKind = 'app' | 'page' | 'business';

export interface FbUsage {
  /** Default `business`, which is what a page's token has. */
  readonly of?: FbUsageKind;
  /** Until calls are taken again; `business` alone says it. Default 0. */
  readonly regainMinutes?: number;
}

/** As Facebook writes it: https://developers.facebook.com/docs/graph-api/overview/rate-limiting#headers. */
export function usageHeaders(percent: number, { of = 'business', regainMinutes = 0 }: FbUsage = {}): Readonly<Record<string, string>> {
  const counts = { call_count: percent, total_cputime: 0, total_time: 0 };
  if (of === 'app') return { 'x-app-usage': JSON.stringify(counts) };
  if (of === 'page') return { 'x-page-usage': JSON.stringify(counts) };
  const business = { type: 'pages', ...counts, estimated_time_to_regain_access: regainMinutes };
  return { 'x-business-use-case-usage': JSON.stringify({ [pages.own]: [business] }) };
}
