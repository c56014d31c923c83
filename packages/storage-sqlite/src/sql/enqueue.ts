import type { MessageRecord, NewDispatch } from '@sitemessage/core';
import type { Client } from '../client.ts';
import { copyDispatch, copyMessage, inOrder, insertDispatches, insertMessages, markEmpty } from './rows.ts';
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
  return client.write((db) => {
    const added = insertMessages(db, given);
    insertDispatches(db, rows, (id) => added.get(id), now);
    markEmpty(db, added.values());
    return [...added.keys()];
  });
}
