import type { Reservation, Slot } from '@sitemessage/core/storage';
import { grantSlots, type PaceRecord } from '@sitemessage/core/storage';
import type { Client, Queries } from '../client.ts';
import { storable } from '../text.ts';

export async function reserve(client: Client, requests: readonly Reservation[], now: number, until: number): Promise<readonly Slot[]> {
  const limits = requests.flatMap((request) => request.limits);
  const keys = [...new Set(limits.map(({ key }) => storable(key, 'key')))];
  const answer = (db: Queries): readonly Slot[] => {
    const { slots, charged } = grantSlots(requests, readPaces(db, keys), now, until);
    for (const [key, tat] of charged) writePace(db, key, tat);
    return slots;
  };
  // Nothing can be charged to a limit that never fills up: there is no need to keep others from writing.
  return limits.some(({ intervalMs }) => intervalMs > 0) ? client.write(answer) : client.read(answer);
}

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
