import type { Limit } from '../messenger/messenger.ts';
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
 *
 * GCRA remembers one time for each key, so a slot in the future takes along all that is free before it. One request that waits 900 ms for its
 * chat would cost everybody 27 of 30 slots a second: it is refused, and asks again when its time has come.
 */
export function grantSlots(requests: readonly Reservation[], known: ReadonlyMap<string, PaceRecord>, now: number, until: number): Granted {
  const charged = new Map<string, number>();
  /** How many wait for a key, and come first. */
  const refused = new Map<string, number>();

  const paidOffOf = (key: string): number => charged.get(key) ?? known.get(key)?.paidOff ?? 0;

  /** When one limit has room for one more, with so many others before it. */
  const roomAt = ({ key, intervalMs, burst }: Limit, before = 0): number => {
    const openAt = Math.max(now, known.get(key)?.deferredUntil ?? 0);
    if (intervalMs === 0) return openAt;
    const paidOff = before > 0 ? Math.max(paidOffOf(key), openAt) : paidOffOf(key);
    return Math.max(openAt, paidOff + (before + 1 - burst) * intervalMs);
  };

  const earliest = ({ limits }: Reservation): number => limits.reduce((at, limit) => Math.max(at, roomAt(limit)), now);

  const wastes = ({ limits }: Reservation, at: number): boolean =>
    limits.some((limit) => limit.intervalMs > 0 && at - roomAt(limit) >= limit.intervalMs);

  const charge = ({ limits }: Reservation, at: number): void => {
    for (const { key, intervalMs } of limits) {
      // One that never fills up must not be moved to `at`, which another limit may have put off.
      if (intervalMs > 0) charged.set(key, Math.max(paidOffOf(key), at) + intervalMs);
    }
  };

  /** Behind those that were refused before, under the key that it has to wait for the longest. */
  const refuse = ({ limits }: Reservation): Slot => {
    let at = now;
    let key: string | undefined;
    for (const limit of limits) {
      const room = roomAt(limit, refused.get(limit.key));
      if (room > at) [at, key] = [room, limit.key];
    }
    if (key !== undefined) refused.set(key, (refused.get(key) ?? 0) + 1);
    return { at: Math.ceil(at), granted: false };
  };

  const slots = requests.map((request): Slot => {
    const exact = earliest(request);
    // Whole milliseconds, and charged as such: a slot that were rounded up alone would come too near to the next one.
    const at = Math.ceil(exact);
    if (at > until || wastes(request, exact)) return refuse(request);
    charge(request, at);
    return { at, granted: true };
  });
  return { slots, charged };
}
