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

  /** A message that was sent must not count as failed because the storage was away for a moment: the difference of before will do. */
  const read = async (): Promise<number | undefined> => {
    try {
      return await storage.clock();
    } catch (error) {
      if (readAt === undefined) throw error;
      return undefined;
    }
  };

  return {
    async now() {
      const monotonic = runtime.monotonic();
      if (readAt === undefined || monotonic - readAt >= rereadMs) {
        const before = runtime.monotonic();
        const theirs = await read();
        const after = runtime.monotonic();
        if (theirs !== undefined) offset = theirs - Math.round((before + after) / 2);
        readAt = after;
      }
      return runtime.monotonic() + offset;
    },
  };
}
