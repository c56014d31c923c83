import { grantSlots, type PaceRecord } from '../storage/gcra.ts';
import type { Reservation, Slot } from '../storage/port.ts';

export interface Pacing {
  reserve(requests: readonly Reservation[], now: number, until: number): readonly Slot[];
  defer(key: string, until: number): void;
}

const nothingKnown: PaceRecord = { tat: 0, deferredUntil: 0 };

export function createPacing(): Pacing {
  const paces = new Map<string, PaceRecord>();
  const paceOf = (key: string): PaceRecord => paces.get(key) ?? nothingKnown;

  return {
    reserve(requests, now, until) {
      const { slots, charged } = grantSlots(requests, paces, now, until);
      for (const [key, tat] of charged) paces.set(key, { ...paceOf(key), tat });
      return slots;
    },
    defer(key, until) {
      const { tat, deferredUntil } = paceOf(key);
      paces.set(key, { tat, deferredUntil: Math.max(deferredUntil, until) });
    },
  };
}
