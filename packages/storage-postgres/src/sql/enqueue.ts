import type { NewDispatch, NewMessage } from '@sitemessage/core/storage';
import type { Client, Queries } from '../client.ts';
import { copies } from '../copies.ts';
import type { PostgresTransaction } from '../pg.ts';
import { refuseAutocommit } from './autocommit.ts';
import { useKeys } from './keys.ts';
import { notify } from './notify.ts';
import {
  deleteUnusedFanOuts,
  dispatchSource,
  dispatchTable,
  dispatchTarget,
  doNothing,
  inOrder,
  insertFanOuts,
  insertMessages,
  leavingThoseThatAreThere,
  markEmpty,
  messageColumns,
} from './rows.ts';
import { enqueueStream } from './stage.ts';

export async function enqueue(
  client: Client,
  messages: readonly NewMessage[],
  dispatches: readonly NewDispatch[] | AsyncIterable<NewDispatch>,
  now: number,
): Promise<readonly string[]> {
  const given = messages.map(copies.message);
  if (Symbol.asyncIterator in dispatches) return enqueueStream(client, given, dispatches, now);

  const rows = inOrder(dispatches.map(copies.dispatch));
  return leavingThoseThatAreThere((onConflict) => client.transaction((db) => insert(db, given, rows, now, onConflict)));
}

/** A transaction of somebody else's must not be broken off: so it is made sure of beforehand. */
export async function enqueueIn(
  client: Client,
  host: PostgresTransaction,
  messages: readonly NewMessage[],
  dispatches: readonly NewDispatch[],
  now: number,
): Promise<readonly string[]> {
  const db = client.within(host);
  const given = messages.map(copies.message);
  const rows = inOrder(dispatches.map(copies.dispatch));
  await refuseAutocommit(db);
  return insert(db, given, rows, now, doNothing);
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
  const named = new Set(rows.map(({ messageId }) => messageId));
  const doubtful = added.filter(({ id }) => onConflict !== '' || !named.has(id));
  await markEmpty(
    db,
    doubtful.map(({ seq }) => seq),
  );
  const ids = new Set(added.map(({ id }) => id));
  return messages.map(({ id }) => id).filter((id) => ids.delete(id));
}
