import type { NewDispatch, NewMessage } from '@sitemessage/core/storage';
import type { Client } from '../client.ts';
import { checkHost, refuseAutocommit } from '../host.ts';
import { notify } from '../listener.ts';
import type { PostgresTransaction } from '../pg.ts';
import type { Queries } from '../queries.ts';
import { copies } from '../text.ts';
import { enqueueStream } from './enqueue-stream.ts';
import { useKeys } from './keys.ts';
import {
  deleteUnusedFanOuts,
  dispatchSource,
  dispatchTable,
  dispatchTarget,
  insertFanOuts,
  insertMessages,
  markEmpty,
  messageColumns,
  onConflictDoNothing,
  retryOnConflict,
  sortedById,
} from './rows.ts';

export async function enqueue(
  client: Client,
  messages: readonly NewMessage[],
  dispatches: readonly NewDispatch[] | AsyncIterable<NewDispatch>,
  now: number,
): Promise<readonly string[]> {
  const given = messages.map(copies.message);
  if (Symbol.asyncIterator in dispatches) return enqueueStream(client, given, dispatches, now);

  const rows = sortedById(dispatches.map(copies.dispatch));
  return retryOnConflict((onConflict) => client.transaction((db) => insert(db, given, rows, now, onConflict)));
}

/**
 * Stores in the host's transaction. An error of a statement would break it, so conflicts are ruled out
 * beforehand.
 */
export async function enqueueIn(
  client: Client,
  host: PostgresTransaction,
  messages: readonly NewMessage[],
  dispatches: readonly NewDispatch[],
  now: number,
): Promise<readonly string[]> {
  const db = client.inHostTransaction(checkHost(host));
  const given = messages.map(copies.message);
  const rows = sortedById(dispatches.map(copies.dispatch));
  await refuseAutocommit(db);
  return insert(db, given, rows, now, onConflictDoNothing);
}

async function insert(
  db: Queries,
  messages: readonly NewMessage[],
  rows: readonly NewDispatch[],
  now: number,
  onConflict: string,
): Promise<readonly string[]> {
  const usable = await useKeys(db, messages);
  if (usable.length === 0) return [];
  const fanOuts = await insertFanOuts(db, rows);
  const columns = messageColumns(usable);
  const { sql, values } = await dispatchTable(db, rows, fanOuts, columns.length + 1);
  const added = await db.all<{ seq: string; id: string }>(
    `with m as (
       ${insertMessages(db)} returning seq, id
     ), stored as (
       insert into ${db.tables.dispatches} ${dispatchTarget}
       ${dispatchSource(`$${columns.length + 1}`)} from ${sql} join m on m.id = d.message_id ${onConflict}
     )
     select seq::text as seq, id from m`,
    ...columns,
    now,
    ...values,
  );
  await deleteUnusedFanOuts(db, rows, fanOuts);
  if (rows.some(({ dueAt }) => dueAt <= now)) await notify(db);
  // Without conflicts, a message that a row names is not empty.
  const named = new Set(rows.map(({ messageId }) => messageId));
  const maybeEmpty = added.filter(({ id }) => onConflict !== '' || !named.has(id));
  await markEmpty(
    db,
    maybeEmpty.map(({ seq }) => seq),
  );
  const ids = new Set(added.map(({ id }) => id));
  return messages.map(({ id }) => id).filter((id) => ids.delete(id));
}
