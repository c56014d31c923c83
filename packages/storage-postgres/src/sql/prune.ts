import type { FinalStatus, Pruned, PruneRequest } from '@sitemessage/core/storage';
import type { Queries, Transactions } from '../client.ts';
import { deleteIdleMarks } from './marks.ts';
import { markEmpty } from './rows.ts';

/** What others are deleting at the same time is left to them. */
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
    `with doomed as (
       select id from ${dispatches} where due_at is null and status = $1 and changed_at < $2
       order by changed_at limit $3 for update skip locked
     ), gone as (
       delete from ${dispatches} d using doomed where d.id = doomed.id returning d.id, d.message, d.fan_out
     ), without_errors as (
       delete from ${errors} where dispatch in (select id from gone)
     ), without_fan_outs as (
       delete from ${fanOuts} where seq in (select fan_out from gone)
     )
     select message, pg_catalog.count(*) as count from gone group by message order by message`,
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
    `with doomed as (
       select seq from ${staged} where staged_at < $1 order by staged_at limit $2 for update skip locked
     ), gone as (
       delete from ${staged} s using doomed where s.seq = doomed.seq returning s.fan_out
     ), without_fan_outs as (
       delete from ${fanOuts} where seq in (select fan_out from gone)
     )
     select pg_catalog.count(*) as count from gone`,
    before,
    limit,
  );
  return row?.count ?? 0;
}

/** A young message without a dispatch stays: its id guards against a repetition. */
async function deleteEmpty(db: Queries, now: number, before: number, limit: number): Promise<number> {
  const { messages, dispatches, keys } = db.tables;
  const [row] = await db.all<{ count: number }>(
    `with gone as (
       delete from ${messages} where seq in (
         select seq from ${messages} m
         where is_empty and created_at < $1 and not exists (select from ${dispatches} d where d.message = m.seq)
         order by created_at limit $2 for update skip locked
       ) returning id
     ), released as (
       update ${keys} set released_at = $3 where id in (select id from gone)
     )
     select pg_catalog.count(*) as count from gone`,
    before,
    limit,
    now,
  );
  return row?.count ?? 0;
}

/** There is one for each message that was scheduled under a key. */
async function deleteReleasedKeys(db: Queries, before: number, limit: number): Promise<void> {
  const { keys } = db.tables;
  await db.run(
    `delete from ${keys} where id in (select id from ${keys} where released_at < $1 order by released_at limit $2 for update skip locked)`,
    before,
    limit,
  );
}

/** There may be one for every address that was ever written to, and one whose times have passed is like none. */
async function deleteIdlePaces(db: Queries, before: number, limit: number): Promise<void> {
  const { paces } = db.tables;
  await db.run(
    `delete from ${paces} where key in (
       select key from ${paces} where greatest(paid_off, deferred_until) < $1 order by key limit $2 for update skip locked
     )`,
    before,
    limit,
  );
}
