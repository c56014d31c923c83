import { randomUUID } from 'node:crypto';
import { TransientError } from '@sitemessage/core';
import type { NewDispatch, NewMessage } from '@sitemessage/core/storage';
import type { Client, Queries } from '../client.ts';
import { copies } from '../text.ts';
import { useKeys } from './keys.ts';
import { queueNumbers } from './queues.ts';
import { insertFanOut, insertMessages, markEmpty } from './rows.ts';

/** The dispatches of one iterable. They wait in the table `staged`, which no other operation reads. */
interface Batch {
  readonly id: string;
  readonly stagedAt: number;
}

/**
 * Stores each dispatch in a short transaction, and publishes all of them in one at the end. That one moves
 * numbers and addresses, but not the contents of fan-outs.
 */
export async function enqueueStream(
  client: Client,
  messages: readonly NewMessage[],
  dispatches: AsyncIterable<NewDispatch>,
  now: number,
): Promise<readonly string[]> {
  const batch: Batch = { id: randomUUID(), stagedAt: now };
  let count = 0;
  try {
    for await (const dispatch of dispatches) {
      const row = copies.dispatch(dispatch);
      await client.write((db) => stage(db, batch, row));
      count += 1;
    }
    return await client.write((db) => publish(db, batch, count, messages, now));
  } catch (error) {
    // If this fails too, `prune` deletes the rows. The first error is the one to report.
    await client.write((db) => drop(db, batch)).catch(() => undefined);
    throw error;
  }
}

function stage(db: Queries, { id: batch, stagedAt }: Batch, dispatch: NewDispatch): void {
  const { id, messageId, messenger, type, priority, dueAt, address, recipientId, fanOut } = dispatch;
  db.run(
    `insert into sitemessage_staged (batch, staged_at, id, message_id, queue, priority, due_at, address, recipient_id, fan_out)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    batch,
    stagedAt,
    id,
    messageId,
    queueNumbers(db)(messenger, type),
    priority,
    dueAt,
    address,
    recipientId ?? null,
    fanOut === undefined ? null : insertFanOut(db, fanOut),
  );
}

function publish(db: Queries, batch: Batch, count: number, messages: readonly NewMessage[], now: number): readonly string[] {
  const present = db.get<{ count: number }>(
    'select count(*) as count from sitemessage_staged where staged_at = ? and batch = ?',
    batch.stagedAt,
    batch.id,
  );
  if (present?.count !== count) {
    throw new TransientError(
      'Nothing was stored: the rows of the iterable were pruned as abandoned before its end. Schedule it again. Prune only rows that are older than the longest iterable takes.',
      { code: 'enqueue_abandoned' },
    );
  }
  const added = insertMessages(db, useKeys(db, messages));
  db.run(
    `insert into sitemessage_dispatches (id, message, queue, priority, due_at, status, attempt, changed_at, fan_out, address, recipient_id)
     select s.id, m.seq, s.queue, s.priority, s.due_at, 'pending', 0, ?, s.fan_out, s.address, s.recipient_id
     from sitemessage_staged s join sitemessage_messages m on m.id = s.message_id
     where s.staged_at = ? and s.batch = ? and m.seq in (select value from json_each(?))
     order by s.id, s.seq
     on conflict (id) do nothing`,
    now,
    batch.stagedAt,
    batch.id,
    JSON.stringify([...added.values()]),
  );
  markEmpty(db, added.values());
  drop(db, batch);
  return [...added.keys()];
}

/** Deletes the staged rows, and the fan-outs that were not published. */
function drop(db: Queries, { id, stagedAt }: Batch): void {
  db.run(
    `delete from sitemessage_fan_outs where seq in (
       select s.fan_out from sitemessage_staged s
       where s.staged_at = ? and s.batch = ? and s.fan_out is not null
         and not exists (select 1 from sitemessage_dispatches d where d.id = s.id and d.fan_out = s.fan_out)
     )`,
    stagedAt,
    id,
  );
  db.run('delete from sitemessage_staged where staged_at = ? and batch = ?', stagedAt, id);
}
