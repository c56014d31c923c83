import type { FinalStatus, Pruned, PruneRequest } from '@sitemessage/core/storage';
import type { Queries, Transactions } from '../queries.ts';
import { deleteReleasedKeys } from './keys.ts';
import { deleteIdleMarks } from './marks.ts';
import { deleteIdlePaces } from './paces.ts';
import { markEmpty } from './rows.ts';

/** Skips rows that another process is deleting. */
export async function prune(client: Transactions, request: PruneRequest): Promise<Pruned> {
  const { now, statuses, before, abandonedBefore, keysBefore, dispatchesOnly, limit } = request;
  return client.transaction(async (db) => {
    let dispatches = 0;
    for (const status of new Set(statuses)) {
      const final = await deleteFinal(db, status, before, limit - dispatches);
      dispatches += final;
    }
    const abandoned = await deleteAbandoned(db, abandonedBefore, limit - dispatches);
    dispatches += abandoned;
    await deleteIdlePaces(db, abandonedBefore, limit);
    await deleteIdleMarks(db, abandonedBefore, limit);
    await deleteReleasedKeys(db, keysBefore, limit);
    return { dispatches, messages: dispatchesOnly ? 0 : await deleteEmpty(db, now, before, limit) };
  });
}

async function deleteFinal(db: Queries, status: FinalStatus, before: number, limit: number): Promise<number> {
  const { dispatches, errors, fanOuts } = db.tables;
  const deleted = await db.all<{ message: number; count: number }>(
    `with picked as (
       select id from ${dispatches} where due_at is null and status = $1 and changed_at < $2
       order by changed_at limit $3 for update skip locked
     ), deleted as (
       delete from ${dispatches} d using picked where d.id = picked.id returning d.id, d.message, d.fan_out
     ), without_errors as (
       delete from ${errors} where dispatch in (select id from deleted)
     ), without_fan_outs as (
       delete from ${fanOuts} where seq in (select fan_out from deleted)
     )
     select message, pg_catalog.count(*) as count from deleted group by message order by message`,
    status,
    before,
    limit,
  );
  await markEmpty(
    db,
    deleted.map(({ message }) => message),
  );
  return deleted.reduce((sum, { count }) => sum + count, 0);
}

async function deleteAbandoned(db: Queries, before: number, limit: number): Promise<number> {
  const { staged, fanOuts } = db.tables;
  const [row] = await db.all<{ count: number }>(
    `with picked as (
       select seq from ${staged} where staged_at < $1 order by staged_at limit $2 for update skip locked
     ), deleted as (
       delete from ${staged} s using picked where s.seq = picked.seq returning s.fan_out
     ), without_fan_outs as (
       delete from ${fanOuts} where seq in (select fan_out from deleted)
     )
     select pg_catalog.count(*) as count from deleted`,
    before,
    limit,
  );
  return row?.count ?? 0;
}

/** Deletes old messages without dispatches. A young one stays: its id prevents a duplicate. */
async function deleteEmpty(db: Queries, now: number, before: number, limit: number): Promise<number> {
  const { messages, dispatches, keys } = db.tables;
  const [row] = await db.all<{ count: number }>(
    `with deleted as (
       delete from ${messages} where seq in (
         select seq from ${messages} m
         where is_empty and created_at < $1 and not exists (select from ${dispatches} d where d.message = m.seq)
         order by created_at limit $2 for update skip locked
       ) returning id
     ), released as (
       update ${keys} set released_at = $3 where id in (select id from deleted)
     )
     select pg_catalog.count(*) as count from deleted`,
    before,
    limit,
    now,
  );
  return row?.count ?? 0;
}
