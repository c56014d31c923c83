import type { NewDispatch, NewMessage } from '@sitemessage/core/storage';
import type { Client, Queries } from '../client.ts';
import { copies } from '../copies.ts';
import { useKeys } from './keys.ts';
import { inOrder, insertDispatches, insertMessages, markEmpty } from './rows.ts';
import { enqueueStream } from './stage.ts';

export async function enqueue(
  client: Client,
  messages: readonly NewMessage[],
  dispatches: readonly NewDispatch[] | AsyncIterable<NewDispatch>,
  now: number,
): Promise<readonly string[]> {
  if (Symbol.asyncIterator in dispatches) return enqueueStream(client, messages.map(copies.message), dispatches, now);
  const insert = insertion(messages, dispatches, now);
  return client.write(insert);
}

/** Reads and checks what is given, and stores it when it is called, as often as it is. Returns the ids of the messages that are new. */
export function insertion(
  messages: readonly NewMessage[],
  dispatches: readonly NewDispatch[],
  now: number,
): (db: Queries) => readonly string[] {
  const given = messages.map(copies.message);
  const rows = inOrder(dispatches.map(copies.dispatch));
  return (db) => {
    const added = insertMessages(db, useKeys(db, given));
    insertDispatches(db, rows, (id) => added.get(id), now);
    markEmpty(db, added.values());
    return [...added.keys()];
  };
}
