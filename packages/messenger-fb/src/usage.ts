import { jsonObject } from '@sitemessage/http';

/** How much of what Facebook allows is used up: https://developers.facebook.com/docs/graph-api/overview/rate-limiting#headers. */
interface Usage {
  /** The highest of all that is counted: calls, time, CPU time. Over 100 it refuses. */
  readonly percent: number;
  /** When it will take calls again, as far as it knows. */
  readonly regainMs: number | undefined;
}

const minuteMs = 60_000;
/** What is asked of us where Facebook names no time after it has refused. Calls that it refuses count as well. */
export const unnamedWaitMs: number = 5 * minuteMs;
const near = 90;
const full = 100;

/**
 * For how long to post nothing after a post that went through, so that Facebook need not refuse the next one.
 *
 * As long as it says itself (`estimated_time_to_regain_access`); otherwise, from 90 % on, a minute: the smallest quotas that there are, of one
 * engaged user (4,800 calls in any 24 hours for a page, 200 in any hour for an app), are more than three times what one post a minute takes,
 * so at that pace what is used up sinks, whatever else counts. From 100 % on as long as after a refusal.
 */
export function pauseFor(headers: Headers): number | undefined {
  const { percent, regainMs } = usageOf(headers);
  if (regainMs !== undefined) return regainMs;
  if (percent >= full) return unnamedWaitMs;
  return percent >= near ? minuteMs : undefined;
}

/** For how long to wait after Facebook has refused for having been asked too often. */
export const waitFor = (headers: Headers): number => usageOf(headers).regainMs ?? unnamedWaitMs;

const counts = ['call_count', 'total_cputime', 'total_time'] as const;

function usageOf(headers: Headers): Usage {
  const plain = ['x-app-usage', 'x-page-usage'].map((name) => parse(headers.get(name)));
  // By the id of what is counted, a list of kinds of calls. Whoever reads ads may do so while posts are refused.
  const business = Object.values(parse(headers.get('x-business-use-case-usage')))
    .flat()
    .map(fieldsOf)
    .filter(({ type = 'pages' }) => type === 'pages');
  const percent = Math.max(0, ...[...plain, ...business].flatMap((usage) => counts.map((name) => numberOf(usage[name]))));
  const minutes = Math.max(0, ...business.map((usage) => numberOf(usage.estimated_time_to_regain_access)));
  return { percent, regainMs: minutes > 0 ? Math.ceil(minutes * minuteMs) : undefined };
}

/** A header that cannot be read says nothing: the post is there, and must not become an error for it. */
const parse = (header: string | null): Readonly<Record<string, unknown>> => jsonObject(header ?? '') ?? {};

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const numberOf = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
