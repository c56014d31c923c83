/** When those that got no slot may ask again, so that nobody looks too early, or too late. By the storage's clock. */
export interface NextSlots {
  add(at: number): void;
  /** What may be claimed by then has been. */
  claimed(now: number): void;
  /** Infinity when there is nobody. */
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
