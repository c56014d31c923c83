import { grantSlots, type PaceRecord, type Reservation, type Slot } from '@sitemessage/core/storage';
import type { Client, Queries } from '../client.ts';
import { storable } from '../text.ts';

export async function reserve(client: Client, requests: readonly Reservation[], now: number, until: number): Promise<readonly Slot[]> {
  const limits = requests.flatMap((request) => request.limits);
  const keys = [...new Set(limits.map(({ key }) => storable(key, 'key')))];
  const grant = (db: Queries): readonly Slot[] => {
    const { slots, charged } = grantSlots(requests, readPaces(db, keys), now, until);
    for (const [key, tat] of charged) writePace(db, key, tat);
    return slots;
  };
  // A limit without an interval is never charged. A read then leaves the lock to other processes.
  return limits.some(({ intervalMs }) => intervalMs > 0) ? client.write(grant) : client.read(grant);
}

export async function defer(client: Client, key: string, until: number): Promise<void> {
  const name = storable(key, 'key');
  await client.write((db) =>
    db.run(
      `insert into sitemessage_paces (key, deferred_until) values (?, ?)
       on conflict (key) do update set deferred_until = max(deferred_until, excluded.deferred_until)`,
      name,
      until,
    ),
  );
}

/** Reads the records. The column `paid_off` holds the `tat`. */
function readPaces(db: Queries, keys: readonly string[]): ReadonlyMap<string, PaceRecord> {
  const rows = db.all<{ key: string; paid_off: number; deferred_until: number }>(
    'select key, paid_off, deferred_until from sitemessage_paces where key in (select value from json_each(?))',
    JSON.stringify(keys),
  );
  return new Map(rows.map(({ key, paid_off, deferred_until }) => [key, { tat: paid_off, deferredUntil: deferred_until }]));
}

function writePace(db: Queries, key: string, tat: number): void {
  db.run(
    'insert into sitemessage_paces (key, paid_off) values (?, ?) on conflict (key) do update set paid_off = excluded.paid_off',
    key,
    tat,
  );
}

/** Deletes records whose times have passed: they mean the same as no record. Any address may leave one. */
export function deleteIdlePaces(db: Queries, before: number, limit: number): void {
  db.run(
    `delete from sitemessage_paces where key in (
       select key from sitemessage_paces where max(paid_off, deferred_until) < ? limit ?
     )`,
    before,
    limit,
  );
}
