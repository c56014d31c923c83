import type { Limit } from '../messenger/messenger.ts';
import type { Reservation, Slot } from './port.ts';

/**
 * The state of one key. Times are milliseconds since 1970. A time in the past means the same as 0. A
 * missing key means the same as a record of zeros.
 */
export interface PaceRecord {
  /**
   * The theoretical arrival time of GCRA: the time at which the key owes nothing for the sends that were
   * granted.
   */
  readonly tat: number;
  /** The time before which nothing is granted under this key. */
  readonly deferredUntil: number;
}

/**
 * How far ahead core reserves at most, in milliseconds. So a key is booked at most this far, and its own
 * burst.
 */
export const mostAheadMs = 10_000;

/** The answer to a `reserve`, and the state to store. */
export interface Granted {
  /** The slot of each request in turn. */
  readonly slots: readonly Slot[];
  /** The new `tat` of each key that was charged, or that was booked too far ahead. */
  readonly charged: ReadonlyMap<string, number>;
}

/**
 * Grants slots by GCRA, the generic cell rate algorithm
 * (https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm): a request may go while its `tat` is at most
 * `burst - 1` intervals ahead. A storage calls it between reading and writing the keys, which it locks.
 *
 * GCRA remembers one time for each key, so a slot in the future uses up all free slots before it. A request
 * that waits 900 ms for its chat would cost all others 27 of 30 slots a second. So it is refused, and asks
 * again later.
 *
 * A key that is booked further ahead than its burst and {@link mostAheadMs} was written by a clock that was
 * set back later. The excess is dropped.
 */
export function grantSlots(requests: readonly Reservation[], known: ReadonlyMap<string, PaceRecord>, now: number, until: number): Granted {
  const charged = new Map<string, number>();
  /** How many requests were refused under each key. They come first. */
  const refused = new Map<string, number>();

  const tatOf = ({ key, intervalMs, burst }: Limit): number => {
    const tat = charged.get(key) ?? known.get(key)?.tat ?? 0;
    const most = Math.max(until, now + mostAheadMs) + intervalMs * burst;
    if (tat <= most) return tat;
    charged.set(key, most);
    return most;
  };

  /** Returns the time at which one limit has room for one more, after `before` others. */
  const roomAt = (limit: Limit, before = 0): number => {
    const { key, intervalMs, burst } = limit;
    const openAt = Math.max(now, known.get(key)?.deferredUntil ?? 0);
    if (intervalMs === 0) return openAt;
    const tat = before > 0 ? Math.max(tatOf(limit), openAt) : tatOf(limit);
    return Math.max(openAt, tat + (before + 1 - burst) * intervalMs);
  };

  const earliest = ({ limits }: Reservation): number => limits.reduce((at, limit) => Math.max(at, roomAt(limit)), now);

  const wastes = ({ limits }: Reservation, at: number): boolean =>
    limits.some((limit) => limit.intervalMs > 0 && at - roomAt(limit) >= limit.intervalMs);

  const charge = ({ limits }: Reservation, at: number): void => {
    for (const limit of limits) {
      const { key, intervalMs } = limit;
      // A limit that never fills up must not move to `at`, which another limit may have delayed.
      if (intervalMs > 0) charged.set(key, Math.max(tatOf(limit), at) + intervalMs);
    }
  };

  /**
   * Refuses a request. Its time comes after those refused before it, under the key that it has to wait for
   * the longest.
   */
  const refuse = ({ limits }: Reservation): Slot => {
    let at = now;
    let key: string | undefined;
    for (const limit of limits) {
      const room = roomAt(limit, refused.get(limit.key));
      if (room > at) [at, key] = [room, limit.key];
    }
    if (key !== undefined) refused.set(key, (refused.get(key) ?? 0) + 1);
    return { at: Math.ceil(at), granted: false, ...(key !== undefined && { key }) };
  };

  const slots = requests.map((request): Slot => {
    const exact = earliest(request);
    // Whole milliseconds are granted and charged. Rounding only the slot would bring it too close to the
    // next one.
    const at = Math.ceil(exact);
    if (at > until || wastes(request, exact)) return refuse(request);
    charge(request, at);
    return { at, granted: true };
  });
  return { slots, charged };
}
