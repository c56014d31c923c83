import { jsonObject } from '@sitemessage/http';

/**
 * The used part of a quota: https://developers.facebook.com/docs/graph-api/overview/rate-limiting#headers.
 */
interface Usage {
  /** The highest percentage of all counts: calls, time, CPU time. Facebook refuses above 100. */
  readonly percent: number;
  /** The time until Facebook accepts calls again, in milliseconds. Undefined when it names none. */
  readonly regainMs: number | undefined;
}

const minuteMs = 60_000;
/** The wait after a refusal for which Facebook names no time, in milliseconds. Refused calls count too. */
export const unnamedWaitMs: number = 5 * minuteMs;
const near = 90;
const full = 100;

/**
 * Returns the pause after a successful post, in milliseconds: the time that Facebook names
 * (`estimated_time_to_regain_access`), or 5 minutes from 100 % on, or a minute from 90 % on. Default: none.
 * One post a minute lets the usage fall, because it is less than a third of the smallest quotas. With one
 * engaged user, these are 4,800 calls in 24 hours for a page and 200 in an hour for an app.
 */
export function pauseFor(headers: Headers): number | undefined {
  const { percent, regainMs } = usageOf(headers);
  if (regainMs !== undefined) return regainMs;
  if (percent >= full) return unnamedWaitMs;
  return percent >= near ? minuteMs : undefined;
}

/** Returns the time to wait after a rate limit, in milliseconds. */
export const waitFor = (headers: Headers): number => usageOf(headers).regainMs ?? unnamedWaitMs;

const counts = ['call_count', 'total_cputime', 'total_time'] as const;

function usageOf(headers: Headers): Usage {
  const plain = ['x-app-usage', 'x-page-usage'].map((name) => parse(headers.get(name)));
  // Each id has a list of kinds of calls. Only the usage of pages counts: a limit for ads does not affect
  // posts.
  const business = Object.values(parse(headers.get('x-business-use-case-usage')))
    .flat()
    .map(fieldsOf)
    .filter(({ type = 'pages' }) => type === 'pages');
  const percent = Math.max(0, ...[...plain, ...business].flatMap((usage) => counts.map((name) => numberOf(usage[name]))));
  const minutes = Math.max(0, ...business.map((usage) => numberOf(usage.estimated_time_to_regain_access)));
  return { percent, regainMs: minutes > 0 ? Math.ceil(minutes * minuteMs) : undefined };
}

/** An unreadable header counts as empty. The post is on the page, so it must not become an error. */
const parse = (header: string | null): Readonly<Record<string, unknown>> => jsonObject(header ?? '') ?? {};

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const numberOf = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
