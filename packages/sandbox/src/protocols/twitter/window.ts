import { checkRateLimit, type RateLimit } from '../../http/limiter.ts';

/**
 * The rate limit of posts. A window begins with its first post:
 * https://docs.x.com/x-api/fundamentals/rate-limits.
 */
export interface RateWindow {
  /** Counts a post if it is allowed. The headers say how many are left, and until when. */
  count(): { readonly isAllowed: boolean; readonly headers: Readonly<Record<string, string>> };
  /**
   * Replaces the limit. Returns a function that restores the usual one.
   *
   * @throws ArgumentError for a wrong limit.
   */
  limit(limit: RateLimit): () => void;
}

/** The limit of one account at X. */
const usual: RateLimit = { count: 100, perMs: 15 * 60_000 };

/** `now` returns milliseconds since 1970. */
export function createRateWindow(now: () => number): RateWindow {
  let allowed = usual;
  let begin = Number.NEGATIVE_INFINITY;
  let used = 0;
  return {
    count() {
      if (now() >= begin + allowed.perMs) {
        begin = now();
        used = 0;
      }
      const isAllowed = used < allowed.count;
      if (isAllowed) used += 1;
      const headers = {
        'x-rate-limit-limit': String(allowed.count),
        'x-rate-limit-remaining': String(allowed.count - used),
        'x-rate-limit-reset': String(Math.ceil((begin + allowed.perMs) / 1_000)),
      };
      return { isAllowed, headers };
    },
    limit(limit) {
      const change = (to: RateLimit): void => {
        allowed = to;
        begin = Number.NEGATIVE_INFINITY;
      };
      checkRateLimit(limit);
      change(limit);
      return () => change(usual);
    },
  };
}
