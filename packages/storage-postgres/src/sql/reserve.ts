import type { Reservation, Slot } from '@sitemessage/core';
import { grantSlots, type PaceRecord } from '@sitemessage/core/storage';
import type { Client, Queries } from '../client.ts';
import { paceKey } from './pace-key.ts';

export async function reserve(client: Client, given: readonly Reservation[], now: number, until: number): Promise<readonly Slot[]> {
  const requests = given.map(({ limits }) => ({ limits: limits.map((limit) => ({ ...limit, key: paceKey(limit.key) })) }));
  const limits = requests.flatMap((request) => request.limits);
  // Nothing is ever charged to a limit that never fills up, and there is one for every address: to lock it would be a dead row a send.
  const charging = new Set(limits.filter(({ intervalMs }) => intervalMs > 0).map(({ key }) => key));
  const others = [...new Set(limits.map(({ key }) => key))].filter((key) => !charging.has(key));
  if (charging.size === 0) return grantSlots(requests, await readPaces(client, others), now, until).slots;
  return client.transaction(async (db) => {
    // In one order, so that two who ask for the same keys never wait for one another in turn.
    const locked = await lockPaces(db, [...charging].sort());
    // After the locks, and by a statement of its own: it sees what was deferred while they were waited for.
    const known = others.length === 0 ? locked : new Map([...locked, ...(await readPaces(db, others))]);
    const { slots, charged } = grantSlots(requests, known, now, until);
    await writePaces(db, charged);
    return slots;
  });
}

interface PaceRow {
  readonly key: string;
  readonly paid_off: number;
  readonly deferred_until: number;
}

async function readPaces(db: Queries, keys: readonly string[]): Promise<ReadonlyMap<string, PaceRecord>> {
  return byKey(await db.all<PaceRow>(`select key, paid_off, deferred_until from ${db.tables.paces} where key = any($1::text[])`, keys));
}

/** Also a key that is not there yet is locked: its row is made. */
async function lockPaces(db: Queries, keys: readonly string[]): Promise<ReadonlyMap<string, PaceRecord>> {
  return byKey(
    await db.all<PaceRow>(
      `insert into ${db.tables.paces} as p (key) select key from unnest($1::text[]) with ordinality as k (key, nr) order by nr
       on conflict (key) do update set key = excluded.key returning p.key, p.paid_off, p.deferred_until`,
      keys,
    ),
  );
}

async function writePaces(db: Queries, charged: ReadonlyMap<string, number>): Promise<void> {
  if (charged.size === 0) return;
  await db.run(
    `update ${db.tables.paces} p set paid_off = c.paid_off from unnest($1::text[], $2::double precision[]) as c (key, paid_off) where p.key = c.key`,
    [...charged.keys()],
    [...charged.values()],
  );
}

const byKey = (rows: readonly PaceRow[]): ReadonlyMap<string, PaceRecord> =>
  new Map(rows.map(({ key, paid_off, deferred_until }) => [key, { paidOff: paid_off, deferredUntil: deferred_until }]));
