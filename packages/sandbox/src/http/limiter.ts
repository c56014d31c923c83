/** Counts what came lately, as a provider does that allows so much in a window of time. */
export interface Limiter {
  /** Allows no more than `count` under one key in any `perMs`. Returns what lifts it. */
  limit(limit: { readonly count: number; readonly perMs: number }): () => void;
  /** 0 when one more may come under this key, which is then counted; otherwise how many milliseconds it comes too early. */
  tooEarly(key: string): number;
}

export function createLimiter(): Limiter {
  const limits = new Set<{ readonly count: number; readonly perMs: number }>();
  const came = new Map<string, number[]>();
  return {
    limit(limit) {
      limits.add(limit);
      return () => void limits.delete(limit);
    },
    tooEarly(key) {
      const now = performance.now();
      const times = came.get(key) ?? [];
      came.set(key, times);
      const waits = Array.from(limits, ({ count, perMs }) => {
        const first = times.filter((time) => time > now - perMs).at(-count);
        return first === undefined ? 0 : first + perMs - now;
      });
      const wait = Math.ceil(Math.max(0, ...waits));
      if (wait === 0) times.push(now);
      return wait;
    },
  };
}
