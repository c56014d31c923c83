/**
 * The times at which dispatches without a slot may ask again, by the storage's clock. A worker polls at the
 * first of them.
 */
export interface NextSlots {
  add(at: number): void;
  /** Forgets the times up to `now`: those dispatches were claimed. */
  claimed(now: number): void;
  /** Returns the first time. Infinity when there is none. */
  next(): number;
}

export function createNextSlots(): NextSlots {
  let times: number[] = [];
  return {
    add: (at) => void times.push(at),
    claimed(now) {
      times = times.filter((at) => at > now);
    },
    next: () => times.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY),
  };
}
