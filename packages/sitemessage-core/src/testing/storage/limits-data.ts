import type { Limit } from '../../messenger/messenger.ts';
import type { QueueStore, Slot } from '../../storage/port.ts';
import { second, t0 } from './data.ts';

/** A limit that never delays a request. Its key can only be deferred. */
export const free: Limit = { key: 'free', intervalMs: 0, burst: 1 };
export const slow: Limit = { key: 'slow', intervalMs: second, burst: 1 };
export const brisk: Limit = { key: 'brisk', intervalMs: 100, burst: 3 };

/** Reserves slots for requests with these limits, in one call. Times count from `t0`, in milliseconds. */
export async function reserve(queue: QueueStore, requests: readonly (readonly Limit[])[], now = 0, until: number = now): Promise<Slot[]> {
  const slots = await queue.reserve(
    requests.map((limits) => ({ limits })),
    t0 + now,
    t0 + until,
  );
  return slots.map(({ at, granted }) => ({ at: at - t0, granted }));
}

export const granted = (...times: readonly number[]): Slot[] => times.map((at) => ({ at, granted: true }));
export const refused = (...times: readonly number[]): Slot[] => times.map((at) => ({ at, granted: false }));
export const repeat = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
