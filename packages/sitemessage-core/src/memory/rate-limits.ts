import { grantSlots, type PaceRecord } from '../storage/gcra.ts';
import type { Reservation, Slot } from '../storage/port.ts';

/** The rate limits by key. */
export interface RateLimits {
  reserve(requests: readonly Reservation[], now: number, until: number): readonly Slot[];
  defer(key: string, until: number): void;
}

const unused: PaceRecord = { tat: 0, deferredUntil: 0 };

export function createRateLimits(): RateLimits {
  const records = new Map<string, PaceRecord>();
  const recordOf = (key: string): PaceRecord => records.get(key) ?? unused;

  return {
    reserve(requests, now, until) {
      const { slots, charged } = grantSlots(requests, records, now, until);
      for (const [key, tat] of charged) records.set(key, { ...recordOf(key), tat });
      return slots;
    },
    defer(key, until) {
      const { tat, deferredUntil } = recordOf(key);
      records.set(key, { tat, deferredUntil: Math.max(deferredUntil, until) });
    },
  };
}
