import type { FinalStatus, Pruned, PruneRequest } from '@sitemessage/core/storage';
import type { Client, Queries } from '../client.ts';
import { deleteReleasedKeys, releaseKey } from './keys.ts';
import { deleteIdleMarks } from './marks.ts';
import { deleteIdlePaces } from './paces.ts';
import { deleteErrors, deleteFanOuts, markEmpty } from './rows.ts';

export async function prune(client: Client, request: PruneRequest): Promise<Pruned> {
  const { now, statuses, before, abandonedBefore, keysBefore, dispatchesOnly, limit } = request;
  return client.write((db) => {
    let dispatches = 0;
    for (const status of new Set(statuses)) dispatches += deleteFinal(db, status, before, limit - dispatches);
    dispatches += deleteAbandoned(db, abandonedBefore, limit - dispatches);
    deleteIdlePaces(db, abandonedBefore, limit);
    deleteIdleMarks(db, abandonedBefore, limit);
    deleteReleasedKeys(db, keysBefore, limit);
    return { dispatches, messages: dispatchesOnly ? 0 : deleteEmpty(db, now, before, limit) };
  });
}

function deleteFinal(db: Queries, status: FinalStatus, before: number, limit: number): number {
  const deleted = db.all<{ id: string; message: number; fan_out: number | null }>(
    `delete from sitemessage_dispatches where id in (
       select id from sitemessage_dispatches indexed by sitemessage_dispatches_final
       where due_at is null and status = ? and changed_at < ? order by changed_at limit ?
     ) returning id, message, fan_out`,
    status,
    before,
    limit,
  );
  if (deleted.length === 0) return 0;
  deleteErrors(
    db,
    deleted.map(({ id }) => id),
  );
  deleteFanOuts(db, fanOutsOf(deleted));
  markEmpty(db, new Set(deleted.map(({ message }) => message)));
  return deleted.length;
}

function deleteAbandoned(db: Queries, before: number, limit: number): number {
  const deleted = db.all<{ fan_out: number | null }>(
    `delete from sitemessage_staged where seq in (
       select seq from sitemessage_staged where staged_at < ? order by staged_at limit ?
     ) returning fan_out`,
    before,
    limit,
  );
  deleteFanOuts(db, fanOutsOf(deleted));
  return deleted.length;
}

const fanOutsOf = (rows: readonly { readonly fan_out: number | null }[]): number[] => rows.flatMap(({ fan_out }) => fan_out ?? []);

/** Deletes old messages without dispatches. A young one stays: its id prevents a duplicate. */
function deleteEmpty(db: Queries, now: number, before: number, limit: number): number {
  const empty = db.all<{ seq: number; id: string }>(
    `select seq, id from sitemessage_messages m indexed by sitemessage_messages_empty
     where is_empty = 1 and created_at < ? and not exists (select 1 from sitemessage_dispatches where message = m.seq)
     order by created_at limit ?`,
    before,
    limit,
  );
  for (const { seq, id } of empty) {
    db.run('delete from sitemessage_messages where seq = ?', seq);
    releaseKey(db, id, now);
  }
  return empty.length;
}
