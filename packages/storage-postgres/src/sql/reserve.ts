import type { Reservation, Slot } from '@sitemessage/core';
import type { Client, Queries } from '../client.ts';
import { paceKey } from './pace-key.ts';

/** What is known of a key. Times that have passed say nothing: a key that is not there is like one whose times are 0. */
interface Pace {
  /** When everything that was granted is paid off, if one is paid off every interval. */
  paidOff: number;
  readonly deferredUntil: number;
}

/** GCRA, the generic cell rate algorithm: one more may go as long as all is paid off within `burst - 1` intervals. */
export async function reserve(client: Client, given: readonly Reservation[], now: number, until: number): Promise<readonly Slot[]> {
  const requests = given.map(({ limits }) => ({ limits: limits.map((limit) => ({ ...limit, key: paceKey(limit.key) })) }));
  const limits = requests.flatMap((request) => request.limits);
  // In one order, so that two who ask for the same keys never wait for one another in turn.
  const keys = [...new Set(limits.map(({ key }) => key))].sort();
  // Nothing can be charged to a limit that never fills up: there is no need to keep others waiting.
  if (limits.every(({ intervalMs }) => intervalMs === 0)) return grant(requests, await readPaces(client, keys), now, until).slots;
  return client.transaction(async (db) => {
    const { slots, charged } = grant(requests, await lockPaces(db, keys), now, until);
    await writePaces(db, charged);
    return slots;
  });
}

interface Granted {
  readonly slots: readonly Slot[];
  /** What is left to pay off, by key. */
  readonly charged: ReadonlyMap<string, number>;
}

function grant(requests: readonly Reservation[], paces: ReadonlyMap<string, Pace>, now: number, until: number): Granted {
  const charged = new Map<string, number>();
  const slots = requests.map((request) => {
    // Whole milliseconds, and charged as such: a slot that were rounded up alone would come too near to the next one.
    const at = Math.ceil(earliest(request, paces, now));
    const granted = at <= until;
    if (granted) charge(request, paces, at, charged);
    return { at, granted };
  });
  return { slots, charged };
}

function earliest({ limits }: Reservation, paces: ReadonlyMap<string, Pace>, now: number): number {
  let at = now;
  for (const { key, intervalMs, burst } of limits) {
    const { paidOff, deferredUntil } = paces.get(key) as Pace;
    at = Math.max(at, deferredUntil, intervalMs > 0 ? paidOff - (burst - 1) * intervalMs : 0);
  }
  return at;
}

function charge({ limits }: Reservation, paces: ReadonlyMap<string, Pace>, at: number, charged: Map<string, number>): void {
  for (const { key, intervalMs } of limits) {
    if (intervalMs === 0) continue;
    const pace = paces.get(key) as Pace;
    pace.paidOff = Math.max(pace.paidOff, at) + intervalMs;
    charged.set(key, pace.paidOff);
  }
}

interface PaceRow {
  readonly key: string;
  readonly paid_off: number;
  readonly deferred_until: number;
}

async function readPaces(db: Queries, keys: readonly string[]): Promise<ReadonlyMap<string, Pace>> {
  return byKey(
    keys,
    await db.all<PaceRow>(`select key, paid_off, deferred_until from ${db.tables.paces} where key = any($1::text[])`, keys),
  );
}

/** Also a key that is not there yet is locked: its row is made. */
async function lockPaces(db: Queries, keys: readonly string[]): Promise<ReadonlyMap<string, Pace>> {
  const rows = await db.all<PaceRow>(
    `insert into ${db.tables.paces} as p (key) select key from unnest($1::text[]) with ordinality as k (key, nr) order by nr
     on conflict (key) do update set key = excluded.key returning p.key, p.paid_off, p.deferred_until`,
    keys,
  );
  return byKey(keys, rows);
}

async function writePaces(db: Queries, charged: ReadonlyMap<string, number>): Promise<void> {
  if (charged.size === 0) return;
  await db.run(
    `update ${db.tables.paces} p set paid_off = c.paid_off from unnest($1::text[], $2::double precision[]) as c (key, paid_off) where p.key = c.key`,
    [...charged.keys()],
    [...charged.values()],
  );
}

function byKey(keys: readonly string[], rows: readonly PaceRow[]): ReadonlyMap<string, Pace> {
  const paces = new Map(keys.map((key): [string, Pace] => [key, { paidOff: 0, deferredUntil: 0 }]));
  for (const { key, paid_off, deferred_until } of rows) paces.set(key, { paidOff: paid_off, deferredUntil: deferred_until });
  return paces;
}
