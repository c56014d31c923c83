import { retryAfter } from '@sitemessage/http';

const minuteMs = 60_000;
/** How much of what X allows is left, and when there is more: https://docs.x.com/x-api/fundamentals/rate-limits. The last two on some plans. */
const families = ['x-rate-limit', 'x-app-limit-24hour', 'x-user-limit-24hour'] as const;

/** How long to wait after X has refused for having been asked too often: until it takes posts again by its own word, a minute at least. */
export function waitFor(headers: Headers): number {
  const used = families.filter((family) => isUsedUp(headers, family));
  const waits = (used.length === 0 ? families.slice(0, 1) : used).map((family) => untilReset(headers, family) ?? 0);
  return Math.max(minuteMs, ...waits, retryAfter(headers) ?? 0);
}

/** For how long to post nothing after a post that went through, so that X need not refuse the next one. */
export function pauseFor(headers: Headers): number | undefined {
  const waits = families.filter((family) => isUsedUp(headers, family)).map((family) => untilReset(headers, family) ?? 0);
  const wait = Math.max(0, ...waits);
  return wait > 0 ? wait : undefined;
}

const isUsedUp = (headers: Headers, family: string): boolean => headers.get(`${family}-remaining`)?.trim() === '0';

/** By the clock of X, which says what time it is: this machine's may be minutes off. */
function untilReset(headers: Headers, family: string): number | undefined {
  const reset = headers.get(`${family}-reset`)?.trim() ?? '';
  if (!/^\d{1,12}$/.test(reset)) return undefined;
  const date = Date.parse(headers.get('date') ?? '');
  return Math.max(0, Number(reset) * 1_000 - (Number.isNaN(date) ? Date.now() : date));
}
