import type { Runtime } from '../runtime.ts';
import type { Storage } from '../storage/port.ts';

/** The storage's clock, read without asking it every time. */
export interface Clock {
  /** Integer milliseconds since 1970, as the storage counts them. */
  now(): Promise<number>;
}

const rereadMs = 30_000;

/** A machine whose own clock is minutes off must neither steal a live lease nor hold what is due: the storage's clock counts for all. */
export function createClock(runtime: Runtime, storage: Storage): Clock {
  let offset = 0;
  let readAt: number | undefined;

  return {
    async now() {
      const monotonic = runtime.monotonic();
      if (readAt === undefined || monotonic - readAt >= rereadMs) {
        const before = runtime.monotonic();
        const theirs = await storage.clock();
        const after = runtime.monotonic();
        offset = theirs - Math.round((before + after) / 2);
        readAt = after;
      }
      return runtime.monotonic() + offset;
    },
  };
}
