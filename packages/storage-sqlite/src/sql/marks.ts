import type { Marks } from '@sitemessage/core/storage';
import type { Queries } from '../client.ts';

/**
 * The progress of a dispatch at the end of its lease: not marked, marked by the claim itself, or marked
 * while it was being sent.
 */
export type LeaseProgress = 'unmarked' | 'claimed' | 'sending';

/** Stores the marks of a claim itself, under the sequence number 0. */
export function insertMarks(db: Queries, token: string, ids: readonly string[], now: number): void {
  if (ids.length > 0) replaceMarks(db, token, { seq: 0, ids }, now);
}

/** Replaces the marks of a token, unless they have a later sequence number. */
export function replaceMarks(db: Queries, token: string, { seq, ids }: Marks, now: number): void {
  if (ids.length === 0) {
    db.run('delete from sitemessage_in_flight where token = ? and seq < ?', token, seq);
    return;
  }
  db.run(
    `insert into sitemessage_in_flight (token, seq, ids, stored_at) values (?, ?, ?, ?)
     on conflict (token) do update set seq = excluded.seq, ids = excluded.ids, stored_at = excluded.stored_at where seq < excluded.seq`,
    token,
    seq,
    JSON.stringify(ids),
    now,
  );
}

/** Returns the progress of dispatches that are still `processing`. An unmarked one is missing. */
export function progressOf(db: Queries, ids: readonly string[]): ReadonlyMap<string, LeaseProgress> {
  if (ids.length === 0) return new Map();
  const rows = db.all<{ id: string; seq: number }>(
    `select d.id, f.seq from sitemessage_dispatches d join sitemessage_in_flight f on f.token = d.token
     where d.id in (select value from json_each(?)) and d.id in (select value from json_each(f.ids))`,
    JSON.stringify(ids),
  );
  return new Map(rows.map(({ id, seq }) => [id, seq > 0 ? 'sending' : 'claimed']));
}

/** Deletes old marks none of whose dispatches is in flight. */
export function deleteIdleMarks(db: Queries, before: number, limit: number): void {
  const old = db.all<{ token: string; ids: string }>(
    'select token, ids from sitemessage_in_flight where stored_at < ? order by stored_at limit ?',
    before,
    limit,
  );
  for (const { token, ids } of old) {
    const held = db.get(
      'select 1 from sitemessage_dispatches where id in (select value from json_each(?)) and token = ? limit 1',
      ids,
      token,
    );
    if (!held) db.run('delete from sitemessage_in_flight where token = ?', token);
  }
}
