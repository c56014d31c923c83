import type { MessageRecord, NewDispatch } from '@sitemessage/core/storage';
import type { Queries } from '../client.ts';
import { queueNumbers } from './queues.ts';

/** Sorts by id, the order of the table, so that each page is written once. Equal ids keep their order. */
export function sortedById(dispatches: readonly NewDispatch[]): readonly NewDispatch[] {
  return [...dispatches].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** Inserts messages. Returns the numbers of the new ones, by id. */
export function insertMessages(db: Queries, messages: readonly MessageRecord[]): ReadonlyMap<string, number> {
  const added = new Map<string, number>();
  for (const { id, type, context, sender, createdAt, expiresAt, forSubscribers } of messages) {
    const row = db.get<{ seq: number }>(
      `insert into sitemessage_messages (id, type, context, sender, created_at, expires_at, for_subscribers)
       values (?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing returning seq`,
      id,
      type,
      context,
      sender ?? null,
      createdAt,
      expiresAt ?? null,
      forSubscribers ? 1 : 0,
    );
    if (row) added.set(id, row.seq);
  }
  return added;
}

/**
 * Inserts pending rows. Skips dispatches whose id is already stored, and those whose message has no number.
 * Returns how many it inserted.
 */
export function insertDispatches(
  db: Queries,
  dispatches: readonly NewDispatch[],
  messageNumber: (id: string) => number | undefined,
  now: number,
): number {
  let added = 0;
  const queueNumber = queueNumbers(db);
  for (const { id, messageId, messenger, type, priority, dueAt, address, recipientId, fanOut } of dispatches) {
    const message = messageNumber(messageId);
    if (message === undefined) continue;
    const content = fanOut === undefined ? null : insertFanOut(db, fanOut);
    const isNew = db.run(
      `insert into sitemessage_dispatches (id, message, queue, priority, due_at, status, attempt, changed_at, fan_out, address, recipient_id)
       values (?, ?, ?, ?, ?, 'pending', 0, ?, ?, ?, ?) on conflict (id) do nothing`,
      id,
      message,
      queueNumber(messenger, type),
      priority,
      dueAt,
      now,
      content,
      address,
      recipientId ?? null,
    );
    added += isNew;
    if (!isNew && content !== null) deleteFanOuts(db, [content]);
  }
  return added;
}

export function insertFanOut(db: Queries, content: string): number {
  const row = db.get<{ seq: number }>('insert into sitemessage_fan_outs (content) values (?) returning seq', content);
  return (row as { seq: number }).seq;
}

export function deleteFanOuts(db: Queries, numbers: readonly number[]): void {
  for (const number of numbers) db.run('delete from sitemessage_fan_outs where seq = ?', number);
}

export function deleteErrors(db: Queries, dispatches: readonly string[]): void {
  db.run('delete from sitemessage_errors where dispatch in (select value from json_each(?))', JSON.stringify(dispatches));
}

/** Marks the messages without a dispatch, so `prune` finds them by an index. */
export function markEmpty(db: Queries, messages: Iterable<number>): void {
  for (const message of messages) {
    db.run(
      'update sitemessage_messages set is_empty = 1 where seq = ? and not exists (select 1 from sitemessage_dispatches where message = ?)',
      message,
      message,
    );
  }
}
