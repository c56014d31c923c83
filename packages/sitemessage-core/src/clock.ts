import type { Runtime } from './runtime.ts';
import type { Storage } from './storage/port.ts';

/** The storage's clock, read without asking it every time. */
export interface Clock {
  /** Integer milliseconds since 1970, as the storage counts them. */
  now(): Promise<number>;
  /** The same, by what is known of it: asks the storage only if nobody ever has. */
  estimate(): Promise<number>;
  /** How long the storage took to say the time, in milliseconds. 0 before it was ever asked. */
  latency(): number;
}

const rereadMs = 30_000;
/** The wall clock gains more than this on the monotonic clock only when the machine was suspended, or its time was set. */
const jumpMs = 1_000;

/** A machine whose own clock is minutes off must neither steal a live lease nor hold what is due: the storage's clock counts for all. */
export function createClock(runtime: Runtime, storage: Storage): Clock {
  let offset = 0;
  let readAt: number | undefined;
  let apartAtReading = 0;
  let latency = 0;

  const apart = (): number => runtime.now() - runtime.monotonic();
  const hasJumped = (): boolean => apart() - apartAtReading > jumpMs;

  /** A message that was sent must not count as failed because the storage was away for a moment: the difference of before will do. */
  const read = async (): Promise<number | undefined> => {
    try {
      return await storage.clock();
    } catch (error) {
      if (readAt === undefined) throw error;
      return undefined;
    }
  };

  let rereading: Promise<void> | undefined;
  /** However many ask at the same time, the storage is asked once. */
  const reread = (): Promise<void> => {
    rereading ??= rereadOnce().finally(() => {
      rereading = undefined;
    });
    return rereading;
  };

  const rereadOnce = async (): Promise<void> => {
    const before = runtime.monotonic();
    const theirs = await read();
    const after = runtime.monotonic();
    if (theirs !== undefined) {
      offset = theirs - Math.round((before + after) / 2);
      latency = after - before;
    }
    readAt = after;
    apartAtReading = apart();
  };

  return {
    async now() {
      if (readAt === undefined || runtime.monotonic() - readAt >= rereadMs || hasJumped()) await reread();
      return runtime.monotonic() + offset;
    },
    async estimate() {
      if (readAt === undefined) await reread();
      return runtime.monotonic() + offset;
    },
    latency: () => latency,
  };
}
