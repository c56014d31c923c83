import type { MessageRecord, NewDispatch } from '@sitemessage/core';
import type { Client, Queries } from '../client.ts';
import {
  copyDispatch,
  copyMessage,
  deleteUnusedFanOuts,
  dispatchColumns,
  dispatchSource,
  dispatchTarget,
  insertFanOuts,
  markEmpty,
  messageColumns,
  unnestedDispatches,
  unnestedMessages,
} from './rows.ts';
import { enqueueStream } from './stage.ts';

export async function enqueue(
  client: Client,
  messages: readonly MessageRecord[],
  dispatches: readonly NewDispatch[] | AsyncIterable<NewDispatch>,
  now: number,
): Promise<readonly string[]> {
  if (Symbol.asyncIterator in dispatches) return enqueueStream(client, messages.map(copyMessage), dispatches, now);
  const insert = insertion(messages, dispatches, now);
  return client.transaction(insert);
}

/** Reads and checks what is given, and stores it when it is called, as often as it is. Resolves with the ids of the messages that are new. */
export function insertion(
  messages: readonly MessageRecord[],
  dispatches: readonly NewDispatch[],
  now: number,
): (db: Queries) => Promise<readonly string[]> {
  const given = messages.map(copyMessage);
  const rows = dispatches.map(copyDispatch);
  return (db) => insert(db, given, rows, now);
}

async function insert(
  db: Queries,
  messages: readonly MessageRecord[],
  rows: readonly NewDispatch[],
  now: number,
): Promise<readonly string[]> {
  const fanOuts = await insertFanOuts(db, rows);
  const { messages: messageTable, dispatches: dispatchTable } = db.tables;
  const added = await db.all<{ seq: string; id: string; stored: number }>(
    `with m as (
       insert into ${messageTable} (id, type, context, sender, created_at, expires_at)
       select * from ${unnestedMessages} on conflict (id) do nothing returning seq, id
     ), stored as (
       insert into ${dispatchTable} ${dispatchTarget}
       select ${dispatchSource}, $7::bigint from ${unnestedDispatches(8)} join m on m.id = d.message_id order by d.id, d.nr
       on conflict (id) do nothing returning message
     )
     select m.seq::text as seq, m.id, count(stored.message)::integer as stored from m left join stored on stored.message = m.seq group by m.seq, m.id`,
    ...messageColumns(messages),
    now,
    ...dispatchColumns(rows, fanOuts),
  );
  if (fanOuts.some((number) => number !== null)) await deleteUnusedFanOuts(db, rows, fanOuts);
  await markEmpty(
    db,
    added.filter(({ stored }) => stored === 0).map(({ seq }) => seq),
  );
  const ids = new Set(added.map(({ id }) => id));
  return messages.map(({ id }) => id).filter((id) => ids.delete(id));
}
