import { createHash } from 'node:crypto';
import type { PaceRecord } from '@sitemessage/core/storage';
import { codeOf } from '../errors.ts';
import type { Queries } from '../queries.ts';
import { storable } from '../text.ts';
import { unnest } from './table.ts';

/**
 * The bytes of the longest key that is stored as it is. An index entry holds 2,704 bytes; an address may
 * have 4,000.
 */
const longestKey = 1_000;

/** Returns the key as it is stored. A long one is stored as its hash. */
export function paceKey(key: string): string {
  const text = storable(key, 'key');
  return Buffer.byteLength(text) <= longestKey ? text : `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

export async function defer({ tables, run }: Queries, key: string, until: number): Promise<void> {
  await run(
    `insert into ${tables.paces} as p (key, deferred_until) values ($1, $2)
     on conflict (key) do update set deferred_until = excluded.deferred_until where p.deferred_until < excluded.deferred_until`,
    paceKey(key),
    until,
  );
}

interface PaceRow {
  readonly key: string;
  /** The `tat` of a {@link PaceRecord}. */
  readonly paid_off: number;
  readonly deferred_until: number;
}

const byKey = (rows: readonly PaceRow[]): ReadonlyMap<string, PaceRecord> =>
  new Map(rows.map(({ key, paid_off, deferred_until }) => [key, { tat: paid_off, deferredUntil: deferred_until }]));

export async function readPaces({ tables, all }: Queries, keys: readonly string[]): Promise<ReadonlyMap<string, PaceRecord>> {
  return byKey(await all<PaceRow>(`select key, paid_off, deferred_until from ${tables.paces} where key = any($1::text[])`, keys));
}

interface Comparison {
  readonly isStored: boolean;
  /** The records before the statement. A key without a row is missing. */
  readonly found: ReadonlyMap<string, PaceRecord>;
}

const notNullViolation = '23502';

/**
 * Stores the new `tat` of the charged keys if every key is as it was in `before`. Past times count as
 * equal. Locks the rows to charge in the order of their keys, which avoids deadlocks. When another
 * transaction inserts the same key meanwhile, the statement sets null, which the column refuses, and so
 * stores nothing.
 */
export async function compareAndSet(
  db: Queries,
  keys: readonly string[],
  before: readonly PaceRecord[],
  charged: ReadonlyMap<string, number>,
  now: number,
): Promise<Comparison> {
  const { paces } = db.tables;
  const statement = `
    with asked as (
      select * from ${unnest('$1::text[]', '$2::double precision[]', '$3::bigint[]', '$4::double precision[]')} as a (key, paid_off, deferred_until, charged)
    ),
    locked as (
      select p.key, p.paid_off, p.deferred_until from ${paces} p
      where p.key in (select a.key from asked a where a.charged is not null) order by p.key for update
    ),
    found as (
      select key, paid_off, deferred_until from locked
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
        set paid_off = case when exists (select from locked l where l.key = p.key) then excluded.paid_off end
    )
    select compared.is_same, f.key, f.paid_off, f.deferred_until from compared left join found f on true`;
  try {
    const rows = await db.all<PaceRow & { readonly is_same: boolean }>(
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
    return { isStored: false, found: await readPaces(db, keys) };
  }
}

/** Deletes records whose times have passed: they mean the same as no record. Any address may leave one. */
export async function deleteIdlePaces({ tables: { paces }, run }: Queries, before: number, limit: number): Promise<void> {
  await run(
    `delete from ${paces} where key in (
       select key from ${paces} where greatest(paid_off, deferred_until) < $1 order by key limit $2 for update skip locked
     )`,
    before,
    limit,
  );
}
