import { randomUUID } from 'node:crypto';
import { TransientError } from '@sitemessage/core';
import type { NewDispatch, NewMessage } from '@sitemessage/core/storage';
import type { Client } from '../client.ts';
import { notify } from '../listener.ts';
import type { Queries } from '../queries.ts';
import { copies } from '../text.ts';
import { asyncCommit } from '../transaction.ts';
import { useKeys } from './keys.ts';
import { queueKey, queueNumbers } from './queues.ts';
import { dispatchTarget, insertMessages, markEmpty, messageColumns } from './rows.ts';

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
  try {
    const count = await stageAll(client, batch, dispatches);
    return await client.longRunning.transaction((db) => publish(db, batch, count, messages, now));
  } catch (error) {
    // If this fails too, `prune` deletes the rows. The first error is the one to report.
    await client.longRunning.transaction((db) => drop(db, batch)).catch(() => undefined);
    throw error;
  }
}

/** Stores one dispatch while the iterable makes the next one. Returns their number. */
async function stageAll(client: Client, batch: Batch, dispatches: AsyncIterable<NewDispatch>): Promise<number> {
  const queues = new Map<string, number>();
  let count = 0;
  let storing: Promise<void> = Promise.resolve();
  try {
    for await (const dispatch of dispatches) {
      const row = copies.dispatch(dispatch);
      const key = queueKey(row);
      const queue = queues.get(key) ?? ((await queueNumbers(client, [row]))[0] as number);
      queues.set(key, queue);
      await storing;
      storing = stage(client, batch, row, queue);
      // The next turn awaits this promise. A rejection before that must not end the process.
      storing.catch(() => undefined);
      count += 1;
    }
  } finally {
    await storing;
  }
  return count;
}

/** Does not wait for the disk: the commit of the publication does, for all commits before it. */
async function stage(db: Queries, { id: batch, stagedAt }: Batch, dispatch: NewDispatch, queue: number): Promise<void> {
  const { id, messageId, priority, dueAt, address, recipientId, fanOut } = dispatch;
  const { staged, fanOuts } = db.tables;
  await db.run(
    `with async_commit as materialized (select ${asyncCommit}),
       f as (insert into ${fanOuts} (content) select $10 where $10::text is not null returning seq)
     insert into ${staged} (batch, staged_at, id, message_id, queue, priority, due_at, address, recipient_id, fan_out)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, (select seq from f) from async_commit`,
    batch,
    stagedAt,
    id,
    messageId,
    queue,
    priority,
    dueAt,
    address,
    recipientId ?? null,
    fanOut ?? null,
  );
}

async function publish(db: Queries, batch: Batch, count: number, messages: readonly NewMessage[], now: number): Promise<readonly string[]> {
  const { messages: messageTable, dispatches, staged } = db.tables;
  // Locks the rows, so `prune` cannot delete them as abandoned. Rows that it has deleted already are missed
  // here.
  const present = await db.run(`select 1 from ${staged} where staged_at = $1 and batch = $2 for update`, batch.stagedAt, batch.id);
  if (present !== count) {
    throw new TransientError(
      'Nothing was stored: the rows of the iterable were pruned as abandoned before its end. Schedule it again. Prune only rows that are older than the longest iterable takes.',
      { code: 'enqueue_abandoned' },
    );
  }
  const columns = messageColumns(await useKeys(db, messages));
  const added = await db.all<{ seq: number; id: string }>(`${insertMessages(db)} returning seq, id`, ...columns);
  const numbers = added.map(({ seq }) => seq);
  await db.run(
    `insert into ${dispatches} ${dispatchTarget}
     select s.id, m.seq, s.queue, s.priority, s.due_at, s.address, s.recipient_id, s.fan_out, $1
     from ${staged} s join ${messageTable} m on m.id = s.message_id
     where s.staged_at = $2 and s.batch = $3 and m.seq = any($4::bigint[])
     order by s.id, s.seq
     on conflict (id) do nothing`,
    now,
    batch.stagedAt,
    batch.id,
    numbers,
  );
  await markEmpty(db, numbers);
  await drop(db, batch);
  await notify(db);
  const ids = new Set(added.map(({ id }) => id));
  return messages.map(({ id }) => id).filter((id) => ids.delete(id));
}

/** Deletes the staged rows, and the fan-outs that were not published. */
async function drop(db: Queries, { id, stagedAt }: Batch): Promise<void> {
  const { staged, fanOuts, dispatches } = db.tables;
  await db.run(
    `with dropped as (delete from ${staged} where staged_at = $1 and batch = $2 returning id, fan_out)
     delete from ${fanOuts} f using dropped s
     where f.seq = s.fan_out and not exists (select from ${dispatches} d where d.id = s.id and d.fan_out = s.fan_out)`,
    stagedAt,
    id,
  );
}
