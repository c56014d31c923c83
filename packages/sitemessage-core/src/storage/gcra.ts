import type { Reservation, Slot } from './port.ts';

/** What is known of a limit's key, in milliseconds since 1970. Times that have passed say nothing: a key that is not there is like one whose times are 0. */
export interface PaceRecord {
  /** When everything that was granted is paid off, if one is paid off every interval. */
  readonly paidOff: number;
  /** Nobody goes before then. */
  readonly deferredUntil: number;
}

/** What a storage answers, and what it has to keep. */
export interface Granted {
  /** For each request in turn. */
  readonly slots: readonly Slot[];
  /** The new `paidOff` of each key that was charged. */
  readonly charged: ReadonlyMap<string, number>;
}

/**
 * GCRA, the generic cell rate algorithm (https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm): one more may go as long as all is paid
 * off within `burst - 1` intervals. For those who write a storage: `reserve` is this between reading and writing, with the keys locked.
 */
export function grantSlots(requests: readonly Reservation[], known: ReadonlyMap<string, PaceRecord>, now: number, until: number): Granted {
  const charged = new Map<string, number>();
  const paidOffOf = (key: string): number => charged.get(key) ?? known.get(key)?.paidOff ?? 0;

  const earliest = ({ limits }: Reservation): number => {
    let at = now;
    for (const { key, intervalMs, burst } of limits) {
      at = Math.max(at, known.get(key)?.deferredUntil ?? 0, intervalMs > 0 ? paidOffOf(key) - (burst - 1) * intervalMs : 0);
    }
    // Whole milliseconds, and charged as such: a slot that were rounded up alone would come too near to the next one.
    return Math.ceil(at);
  };

  const charge = ({ limits }: Reservation, at: number): void => {
    for (const { key, intervalMs } of limits) {
      // One that never fills up must not be moved to `at`, which another limit may have put off.
      if (intervalMs > 0) charged.set(key, Math.max(paidOffOf(key), at) + intervalMs);
    }
  };

  const slots = requests.map((request) => {
    const at = earliest(request);
    const granted = at <= until;
    if (granted) charge(request, at);
    return { at, granted };
  });
  return { slots, charged };
}
