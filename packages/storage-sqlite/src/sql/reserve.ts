import type { Reservation, Slot } from '@sitemessage/core';
import type { Client, Queries } from '../client.ts';
import { storable } from '../text.ts';

/** What is known of a key. Times that have passed say nothing: a key that is not there is like one whose times are 0. */
interface Pace {
  /** When everything that was granted is paid off, if one is paid off every interval. */
  paidOff: number;
  readonly deferredUntil: number;
}

/** GCRA, the generic cell rate algorithm: one more may go as long as all is paid off within `burst - 1` intervals. */
export async function reserve(client: Client, requests: readonly Reservation[], now: number, until: number): Promise<readonly Slot[]> {
  const limits = requests.flatMap((request) => request.limits);
  const keys = [...new Set(limits.map(({ key }) => storable(key, 'key')))];
  const answer = (db: Queries): readonly Slot[] => {
    const paces = readPaces(db, keys);
    const charged = new Set<string>();
    const slots = requests.map((request) => {
      // Whole milliseconds, and charged as such: a slot that were rounded up alone would come too near to the next one.
      const at = Math.ceil(earliest(request, paces, now));
      const granted = at <= until;
      if (granted) charge(request, paces, at, charged);
      return { at, granted };
    });
    for (const key of charged) writePace(db, key, paces.get(key) as Pace);
    return slots;
  };
  // Nothing can be charged to a limit that never fills up: there is no need to keep others from writing.
  return limits.some(({ intervalMs }) => intervalMs > 0) ? client.write(answer) : client.read(answer);
}

function earliest({ limits }: Reservation, paces: ReadonlyMap<string, Pace>, now: number): number {
  let at = now;
  for (const { key, intervalMs, burst } of limits) {
    const { paidOff, deferredUntil } = paces.get(key) as Pace;
    at = Math.max(at, deferredUntil, intervalMs > 0 ? paidOff - (burst - 1) * intervalMs : 0);
  }
  return at;
}

function charge({ limits }: Reservation, paces: ReadonlyMap<string, Pace>, at: number, charged: Set<string>): void {
  for (const { key, intervalMs } of limits) {
    if (intervalMs === 0) continue;
    const pace = paces.get(key) as Pace;
    pace.paidOff = Math.max(pace.paidOff, at) + intervalMs;
    charged.add(key);
  }
}

function readPaces(db: Queries, keys: readonly string[]): ReadonlyMap<string, Pace> {
  const paces = new Map(keys.map((key): [string, Pace] => [key, { paidOff: 0, deferredUntil: 0 }]));
  const rows = db.all<{ key: string; paid_off: number; deferred_until: number }>(
    'select key, paid_off, deferred_until from sitemessage_paces where key in (select value from json_each(?))',
    JSON.stringify(keys),
  );
  for (const { key, paid_off, deferred_until } of rows) paces.set(key, { paidOff: paid_off, deferredUntil: deferred_until });
  return paces;
}

function writePace(db: Queries, key: string, { paidOff }: Pace): void {
  db.run(
    'insert into sitemessage_paces (key, paid_off) values (?, ?) on conflict (key) do update set paid_off = excluded.paid_off',
    key,
    paidOff,
  );
}
