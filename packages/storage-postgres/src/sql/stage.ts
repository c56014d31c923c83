import { randomUUID } from 'node:crypto';
import { TransientError } from '@sitemessage/core';
import type { NewDispatch, NewMessage } from '@sitemessage/core/storage';
import type { Client, Queries } from '../client.ts';
import { copies } from '../copies.ts';
import { commitHastily } from './commit.ts';
import { useKeys } from './keys.ts';
import { notify } from './notify.ts';
import { queueKey, queueNumbers } from './queues.ts';
import { dispatchTarget, insertMessages, markEmpty, messageColumns } from './rows.ts';

/** What came of one iterable so far. Its rows are in a table of their own, where nothing else looks. */
interface Batch {
  readonly id: string;
  readonly stagedAt: number;
}

/** Each dispatch in a short transaction of its own, and one at the end that makes them visible: numbers and names, and no payload, are moved. */
export async function enqueueStream(
  client: Client,
  messages: readonly NewMessage[],
  dispatches: AsyncIterable<NewDispatch>,
  now: number,
): Promise<readonly string[]> {
  const batch: Batch = { id: randomUUID(), stagedAt: now };
  try {
    const count = await stageAll(client, batch, dispatches);
    return await client.patient.transaction((db) => publish(db, batch, count, messages, now));
  } catch (error) {
    // If this fails too, prune will do it. What the caller has to know is the first error.
    await client.patient.transaction((db) => drop(db, batch)).catch(() => undefined);
    throw error;
  }
}

/** One is stored while the iterable makes the next one. Returns how many there were. */
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
      // It is waited for with the next one; what it throws until then must not end the process.
      storing.catch(() => undefined);
      count += 1;
    }
  } finally {
    await storing;
  }
  return count;
}

/** The publication waits for the disk, and takes along what was committed before. */
async function stage(db: Queries, { id: batch, stagedAt }: Batch, dispatch: NewDispatch, queue: number): Promise<void> {
  const { id, messageId, priority, dueAt, address, recipientId, fanOut } = dispatch;
  const { staged, fanOuts } = db.tables;
  await db.run(
    `with hastily as materialized (select ${commitHastily}),
       f as (insert into ${fanOuts} (content) select $10 where $10::text is not null returning seq)
     insert into ${staged} (batch, staged_at, id, message_id, queue, priority, due_at, address, recipient_id, fan_out)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, (select seq from f) from hastily`,
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
  // Locked: what prune takes for abandoned at the same time is still there at the end of this, or it is missed here.
  const present = await db.run(`select 1 from ${staged} where staged_at = $1 and batch = $2 for update`, batch.stagedAt, batch.id);
  if (present !== count) {
    throw new TransientError(
      'Nothing was stored: what had come of the iterable was pruned as abandoned before its end. Schedule it again, and prune only what is older.',
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

/** Takes back what was staged, but for the fan-outs that have been published. */
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
