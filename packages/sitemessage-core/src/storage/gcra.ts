import type { Limit } from '../messenger/messenger.ts';
import type { Reservation, Slot } from './port.ts';

/** The state of a limit's key. Times are milliseconds since 1970. A time in the past means the same as 0, and a missing key the same as a record of zeros. */
export interface PaceRecord {
  /** The theoretical arrival time of GCRA: the time at which the key owes nothing for the sends that were granted. */
  readonly tat: number;
  /** Nothing goes under this key before then. */
  readonly deferredUntil: number;
}

/** Core reserves no further ahead, in milliseconds, so that a limit never owes more than this and its own burst. */
export const mostAheadMs = 10_000;

/** The answer to a `reserve`, and the state to keep. */
export interface Granted {
  /** For each request in turn. */
  readonly slots: readonly Slot[];
  /** The new `tat` of each key that was charged, or owed too much. */
  readonly charged: ReadonlyMap<string, number>;
}

/**
 * GCRA, the generic cell rate algorithm (https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm): one more may go as long as all is paid
 * off within `burst - 1` intervals. For those who write a storage: `reserve` is this between reading and writing, with the keys locked.
 *
 * GCRA remembers one time for each key, so a slot in the future takes along all that is free before it. One request that waits 900 ms for its
 * chat would cost everybody 27 of 30 slots a second: it is refused, and asks again when its time has come.
 *
 * A key that owes more than its burst and what is reserved ahead was written by a clock that was later set back. Its excess is dropped.
 */
export function grantSlots(requests: readonly Reservation[], known: ReadonlyMap<string, PaceRecord>, now: number, until: number): Granted {
  const charged = new Map<string, number>();
  /** How many wait for a key, and come first. */
  const refused = new Map<string, number>();

  const tatOf = ({ key, intervalMs, burst }: Limit): number => {
    const tat = charged.get(key) ?? known.get(key)?.tat ?? 0;
    const most = Math.max(until, now + mostAheadMs) + intervalMs * burst;
    if (tat <= most) return tat;
    charged.set(key, most);
    return most;
  };

  /** When one limit has room for one more, with so many others before it. */
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
      // One that never fills up must not be moved to `at`, which another limit may have put off.
      if (intervalMs > 0) charged.set(key, Math.max(tatOf(limit), at) + intervalMs);
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
    return { at: Math.ceil(at), granted: false, ...(key !== undefined && { key }) };
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
