import { type Limit, TransientError } from '@sitemessage/core';
import { grantSlots, type PaceRecord, type Reservation, type Slot } from '@sitemessage/core/storage';
import type { Queries } from '../queries.ts';
import { compareAndSet, paceKey, readPaces } from './paces.ts';

/** The number of attempts. Each failed one means that another process succeeded. */
const mostAttempts = 50;
/** The number of keys whose last state is remembered. Each address that was written to lately has one. */
const mostRemembered = 10_000;
const unused: PaceRecord = { tat: 0, deferredUntil: 0 };

export type Reserve = (requests: readonly Reservation[], now: number, until: number) => Promise<readonly Slot[]>;

/**
 * Makes the `reserve` of a storage. It grants slots from the last known state of their keys, and one
 * statement stores the result if the keys are still in that state. So a reservation takes one round trip,
 * or two after a change by another process.
 */
export function createReserve(db: Queries): Reserve {
  const known = new Map<string, PaceRecord>();
  const oneByOne = createKeyedQueue();

  const remember = (key: string, record: PaceRecord): void => {
    known.delete(key);
    known.set(key, record);
    for (const [oldest] of known) {
      if (known.size <= mostRemembered) break;
      known.delete(oldest);
    }
  };

  const attempt = async (requests: readonly Reservation[], keys: readonly string[], now: number, until: number) => {
    const { slots, charged } = grantSlots(requests, known, now, until);
    const before = keys.map((key) => known.get(key) ?? unused);
    const { isStored, found } = await compareAndSet(db, keys, before, charged, now);
    for (const key of keys) remember(key, found.get(key) ?? unused);
    if (!isStored) return undefined;
    for (const [key, tat] of charged) remember(key, { tat, deferredUntil: found.get(key)?.deferredUntil ?? 0 });
    return slots;
  };

  return async (given, now, until) => {
    const asked = new Map(given.flatMap(({ limits }) => limits.map(({ key }) => [paceKey(key), key])));
    const requests = given.map(({ limits }) => ({ limits: limits.map((limit): Limit => ({ ...limit, key: paceKey(limit.key) })) }));
    /** Names the key as it was given, also when its hash is stored. */
    const named = ({ key, ...slot }: Slot): Slot => ({ ...slot, ...(key !== undefined && { key: asked.get(key) as string }) });
    const limits = requests.flatMap((request) => request.limits);
    const keys = [...new Set(limits.map(({ key }) => key))].sort();
    const charging = limits.filter(({ intervalMs }) => intervalMs > 0).map(({ key }) => key);
    if (charging.length === 0) return grantSlots(requests, await readPaces(db, keys), now, until).slots.map(named);
    // Calls of this process run one after another: side by side, each would make the others fail.
    return oneByOne(charging, async () => {
      for (let attempts = 0; attempts < mostAttempts; attempts++) {
        const slots = await attempt(requests, keys, now, until);
        if (slots) return slots.map(named);
      }
      throw new TransientError(`Other processes changed the pace of "${charging[0]}" ${mostAttempts} times in a row.`, {
        code: 'storage_busy',
      });
    });
  };
}

/** Runs work that shares a key one after another, and other work side by side. */
function createKeyedQueue(): <T>(keys: readonly string[], work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (keys, work) => {
    const before = new Set(keys.map((key) => last.get(key)));
    const done = Promise.all(before).then(work);
    const over = done.catch(() => undefined);
    for (const key of keys) last.set(key, over);
    void over.then(() => {
      for (const key of keys) if (last.get(key) === over) last.delete(key);
    });
    return done;
  };
}
