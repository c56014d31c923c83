interface Allowed {
  readonly count: number;
  readonly perMs: number;
}

/** Posts in windows that begin with the first of them, as X counts: https://docs.x.com/x-api/fundamentals/rate-limits. */
export interface RateWindow {
  /** Counts one more, if there is room for it. */
  count(): { readonly isAllowed: boolean; readonly headers: Readonly<Record<string, string>> };
  /** Returns what lifts it. */
  limit(limit: Allowed): () => void;
}

/** What one account may do. */
const usual: Allowed = { count: 100, perMs: 15 * 60_000 };

/** `now`: milliseconds since 1970. */
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
      const change = (to: Allowed): void => {
        allowed = to;
        begin = Number.NEGATIVE_INFINITY;
      };
      change(limit);
      return () => change(usual);
    },
  };
}
