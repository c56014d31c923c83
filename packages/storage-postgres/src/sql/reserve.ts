import { type Limit, TransientError } from '@sitemessage/core';
import type { Reservation, Slot } from '@sitemessage/core/storage';
import { grantSlots, type PaceRecord } from '@sitemessage/core/storage';
import type { Client } from '../client.ts';
import { codeOf } from '../thrown.ts';
import { createKeyedQueue } from './keyed-queue.ts';
import { paceKey } from './pace-key.ts';
import { unnest } from './table.ts';

/** Each failed attempt means that somebody else succeeded. */
const mostAttempts = 50;
/** Keys to remember: one for each address that was written to lately. */
const mostRemembered = 10_000;
const nothing: PaceRecord = { tat: 0, deferredUntil: 0 };
const notNullViolation = '23502';

export type Reserve = (requests: readonly Reservation[], now: number, until: number) => Promise<readonly Slot[]>;

/**
 * Compares and sets: slots are granted from what was last known of their keys, and stored by a statement that changes nothing if the keys
 * have changed since. That is one round trip, and two after a change by another process.
 */
export function createReserve(client: Client): Reserve {
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
    const before = keys.map((key) => known.get(key) ?? nothing);
    const { isStored, found } = await compareAndSet(client, keys, before, charged, now);
    for (const key of keys) remember(key, found.get(key) ?? nothing);
    if (!isStored) return undefined;
    for (const [key, tat] of charged) remember(key, { tat, deferredUntil: found.get(key)?.deferredUntil ?? 0 });
    return slots;
  };

  return async (given, now, until) => {
    const asked = new Map(given.flatMap(({ limits }) => limits.map(({ key }) => [paceKey(key), key])));
    const requests = given.map(({ limits }) => ({ limits: limits.map((limit): Limit => ({ ...limit, key: paceKey(limit.key) })) }));
    /** A long key is stored by its hash, and named as it was given. */
    const named = ({ key, ...slot }: Slot): Slot => ({ ...slot, ...(key !== undefined && { key: asked.get(key) as string }) });
    const limits = requests.flatMap((request) => request.limits);
    const keys = [...new Set(limits.map(({ key }) => key))].sort();
    const charging = limits.filter(({ intervalMs }) => intervalMs > 0).map(({ key }) => key);
    if (charging.length === 0) return grantSlots(requests, await readPaces(client, keys), now, until).slots.map(named);
    // Calls of this process would only fail one another.
    return oneByOne(charging, async () => {
      for (let attempts = 0; attempts < mostAttempts; attempts++) {
        const slots = await attempt(requests, keys, now, until);
        if (slots) return slots.map(named);
      }
      throw new TransientError(`The pace of "${charging[0]}" was changed by other processes ${mostAttempts} times in a row.`, {
        code: 'storage_busy',
      });
    });
  };
}

interface PaceRow {
  readonly key: string;
  readonly paid_off: number;
  readonly deferred_until: number;
}

async function readPaces({ tables, all }: Client, keys: readonly string[]): Promise<ReadonlyMap<string, PaceRecord>> {
  return byKey(await all<PaceRow>(`select key, paid_off, deferred_until from ${tables.paces} where key = any($1::text[])`, keys));
}

interface Answer {
  readonly isStored: boolean;
  /** The keys as they were, as far as they have a row. */
  readonly found: ReadonlyMap<string, PaceRecord>;
}

/**
 * Locks the rows to charge in the order of their keys, so that two callers never wait for one another in turn. A row that somebody else
 * makes meanwhile gets null, which its column refuses: nothing of the statement stays. Times that have passed are all the same.
 */
async function compareAndSet(
  client: Client,
  keys: readonly string[],
  before: readonly PaceRecord[],
  charged: ReadonlyMap<string, number>,
  now: number,
): Promise<Answer> {
  const { paces } = client.tables;
  const statement = `
    with asked as (
      select * from ${unnest('$1::text[]', '$2::double precision[]', '$3::bigint[]', '$4::double precision[]')} as a (key, paid_off, deferred_until, charged)
    ),
    held as (
      select p.key, p.paid_off, p.deferred_until from ${paces} p
      where p.key in (select a.key from asked a where a.charged is not null) order by p.key for update
    ),
    found as (
      select key, paid_off, deferred_until from held
      union all
      select p.key, p.paid_off, p.deferred_until from ${paces} p join asked a on a.key = p.key where a.charged is null
    ),
    compared as (
      select not exists (
        select from asked a left join found f on f.key = a.key
        where greatest(coalesce(f.paid_off, 0::double precision), $5::double precision) <> greatest(a.paid_off, $5::double precision)
          or greatest(coalesce(f.deferred_until, 0::bigint), $6::bigint) <> greatest(a.deferred_until, $6::bigint)
      ) as is_same
    ),
    written as (
      insert into ${paces} as p (key, paid_off)
      select a.key, a.charged from asked a, compared where a.charged is not null and compared.is_same order by a.key
      on conflict (key) do update
        set paid_off = case when exists (select from held h where h.key = p.key) then excluded.paid_off end
    )
    select compared.is_same, f.key, f.paid_off, f.deferred_until from compared left join found f on true`;
  try {
    const rows = await client.all<PaceRow & { readonly is_same: boolean }>(
      statement,
      keys,
      before.map(({ tat }) => tat),
      before.map(({ deferredUntil }) => deferredUntil),
      keys.map((key) => charged.get(key) ?? null),
      now,
      now,
    );
    return { isStored: rows[0]?.is_same ?? false, found: byKey(rows.filter(({ key }) => key !== null)) };
  } catch (error) {
    if (codeOf(error) !== notNullViolation) throw error;
    return { isStored: false, found: await readPaces(client, keys) };
  }
}

const byKey = (rows: readonly PaceRow[]): ReadonlyMap<string, PaceRecord> =>
  new Map(rows.map(({ key, paid_off, deferred_until }) => [key, { tat: paid_off, deferredUntil: deferred_until }]));
