import type { NewDispatch, NewMessage } from '@sitemessage/core/storage';
import type { Client, Queries } from '../client.ts';
import { copies } from '../text.ts';
import { enqueueStream } from './enqueue-stream.ts';
import { useKeys } from './keys.ts';
import { insertDispatches, insertMessages, markEmpty, sortedById } from './rows.ts';

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

/**
 * Reads and checks the messages and dispatches. Returns a function that stores them and returns the ids of
 * the new messages. It may run several times.
 */
export function insertion(
  messages: readonly NewMessage[],
  dispatches: readonly NewDispatch[],
  now: number,
): (db: Queries) => readonly string[] {
  const given = messages.map(copies.message);
  const rows = sortedById(dispatches.map(copies.dispatch));
  return (db) => {
    const added = insertMessages(db, useKeys(db, given));
    insertDispatches(db, rows, (id) => added.get(id), now);
    markEmpty(db, added.values());
    return [...added.keys()];
  };
}
