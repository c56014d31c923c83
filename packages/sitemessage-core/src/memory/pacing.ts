import type { Reservation, Slot } from '../storage/port.ts';

/**
 * GCRA, the generic cell rate algorithm: one number per key, the time at which everything that was granted is paid off if one is
 * paid off every `intervalMs`. One more may go as long as that is no more than `burst - 1` intervals away.
 */
export interface Pacing {
  reserve(requests: readonly Reservation[], now: number, until: number): readonly Slot[];
  defer(key: string, until: number): void;
}

export function createPacing(): Pacing {
  const paidOff = new Map<string, number>();
  const deferred = new Map<string, number>();

  const earliest = ({ limits }: Reservation, now: number): number =>
    Math.max(
      now,
      ...limits.map(({ key }) => deferred.get(key) ?? now),
      ...limits.map(({ key, intervalMs, burst }) => (paidOff.get(key) ?? now) - (burst - 1) * intervalMs),
    );

  const charge = ({ limits }: Reservation, at: number): void => {
    for (const { key, intervalMs } of limits) {
      // One that never fills up must not be moved to `at`, which another limit may have put off.
      if (intervalMs > 0) paidOff.set(key, Math.max(paidOff.get(key) ?? at, at) + intervalMs);
    }
  };

  return {
    reserve: (requests, now, until) =>
      requests.map((request) => {
        const at = earliest(request, now);
        const granted = at <= until;
        if (granted) charge(request, at);
        return { at, granted };
      }),
    defer: (key, until) => void deferred.set(key, Math.max(deferred.get(key) ?? until, until)),
  };
}
