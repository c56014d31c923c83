/** A random generator (mulberry32). The same seed draws the same numbers, so a failure can be repeated. */
export interface Draw {
  /** Returns an integer from 0 up to, but not including, `end`. */
  below(end: number): number;
  one<T>(from: readonly T[]): T;
}

export function drawing(seed: number): Draw {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return { below, one: (from) => from[below(from.length)] as (typeof from)[number] };
}
