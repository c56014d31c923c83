import type { Runtime } from '../runtime.ts';

/**
 * Measures the time from now on, by the clock that moved further. The monotonic clock stands still while the machine is suspended, and
 * the wall clock may be set back: a lease is over as soon as one of them says so.
 */
export function startStopwatch({ now, monotonic }: Pick<Runtime, 'now' | 'monotonic'>): () => number {
  const wallStart = now();
  const start = monotonic();
  return () => Math.max(now() - wallStart, monotonic() - start);
}
