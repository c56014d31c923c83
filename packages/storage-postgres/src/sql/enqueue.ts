import type { MessageRecord, NewDispatch } from '@sitemessage/core';
import type { Client, PostgresTransaction, Queries } from '../client.ts';
import {
  copyDispatch,
  copyMessage,
  deleteUnusedFanOuts,
  dispatchColumns,
  dispatchSource,
  dispatchTarget,
  inOrder,
  insertFanOuts,
  insertMessages,
  markEmpty,
  messageColumns,
} from './rows.ts';
import { enqueueStream } from './stage.ts';

export async function enqueue(
  client: Client,
  messages: readonly MessageRecord[],
  dispatches: readonly NewDispatch[] | AsyncIterable<NewDispatch>,
  now: number,
): Promise<readonly string[]> {
  const given = messages.map(copyMessage);
  if (Symbol.asyncIterator in dispatches) return enqueueStream(client, given, dispatches, now);

  const rows = inOrder(dispatches.map(copyDispatch));
  try {
    return await client.transaction((db) => insert(db, given, rows, now, ''));
  } catch (error) {
    // The id of a dispatch follows from its message's, so this hardly ever happens, and looking for it took a fifth of the time.
    if ((error as { code?: unknown }).code !== uniqueViolation) throw error;
    return client.transaction((db) => insert(db, given, rows, now, onConflict));
  }
}

/** A transaction of somebody else's must not be broken off: so it is made sure of beforehand. */
export async function enqueueIn(
  client: Client,
  host: PostgresTransaction,
  messages: readonly MessageRecord[],
  dispatches: readonly NewDispatch[],
  now: number,
): Promise<readonly string[]> {
  return insert(client.within(host), messages.map(copyMessage), inOrder(dispatches.map(copyDispatch)), now, onConflict);
}

const uniqueViolation = '23505';
const onConflict = 'on conflict (id) do nothing';

async function insert(
  db: Queries,
  messages: readonly MessageRecord[],
  rows: readonly NewDispatch[],
  now: number,
  onConflict: string,
): Promise<readonly string[]> {
  const fanOuts = await insertFanOuts(db, rows);
  const columns = messageColumns(messages);
  const { from, values } = await dispatchColumns(db, rows, fanOuts, columns.length + 1);
  const added = await db.all<{ seq: string; id: string; stored: number }>(
    `with m as (
       ${insertMessages(db)} returning seq, id
     ), stored as (
       insert into ${db.tables.dispatches} ${dispatchTarget}
       ${dispatchSource(`$${columns.length + 1}`)} from ${from} join m on m.id = d.message_id order by d.id
       ${onConflict} returning message
     )
     select m.seq::text as seq, m.id, count(stored.message)::integer as stored
     from m left join stored on stored.message = m.seq group by m.seq, m.id`,
    ...columns,
    now,
    ...values,
  );
  await deleteUnusedFanOuts(db, rows, fanOuts);
  await markEmpty(
    db,
    added.filter(({ stored }) => stored === 0).map(({ seq }) => seq),
  );
  const ids = new Set(added.map(({ id }) => id));
  return messages.map(({ id }) => id).filter((id) => ids.delete(id));
}
