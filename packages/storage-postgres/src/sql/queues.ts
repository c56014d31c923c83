import type { Count, CountFilter, Counts, NewDispatch, Queue } from '@sitemessage/core/storage';
import type { Queries } from '../queries.ts';
import { condition } from './filter.ts';
import { unnest } from './table.ts';

/** A pair of messenger and type. There are few of them, and their rows are never deleted. */
type QueueKey = Pick<NewDispatch, 'messenger' | 'type'>;

/** Returns the number of each row's queue, in the order of the rows. Inserts missing queues. */
export async function queueNumbers(db: Queries, rows: readonly QueueKey[]): Promise<readonly number[]> {
  const numbers = new Map<string, number | undefined>();
  const keys = rows.map(queueKey);
  const given = new Map(rows.map((row, index) => [keys[index] as string, row]));
  const queues = [...given.values()];
  const values = [queues.map(({ messenger }) => messenger), queues.map(({ type }) => type)];
  const lookUp = async (): Promise<void> => {
    const found = await db.all<QueueKey & { readonly seq: number }>(
      `select q.seq, q.messenger, q.type from ${db.tables.queues} q join ${unnest('$1::text[]', '$2::text[]')} as g (messenger, type) using (messenger, type)`,
      ...values,
    );
    for (const queue of found) numbers.set(queueKey(queue), queue.seq);
  };
  await lookUp();
  if (numbers.size < queues.length) {
    // Each conflict uses up a number of the sequence, which ends. So only missing queues are inserted.
    await db.run(
      `insert into ${db.tables.queues} (messenger, type)
       select messenger, type from ${unnest('$1::text[]', '$2::text[]')} as g (messenger, type)
       where not exists (select from ${db.tables.queues} q where q.messenger = g.messenger and q.type = g.type)
       order by messenger, type on conflict do nothing`,
      ...values,
    );
    await lookUp();
  }
  return keys.map((key) => numbers.get(key) as number);
}

/** Returns a text that identifies the queue. */
export const queueKey = ({ messenger, type }: QueueKey): string => `${messenger.length} ${messenger}${type}`;

/**
 * Reads one entry of the index for each queue. The planner turns an `exists` into a semi-join that reads
 * all entries.
 */
export async function openQueues({ tables, all }: Queries): Promise<readonly Queue[]> {
  return all<Queue>(
    `select q.messenger, q.type from ${tables.queues} q, lateral (
       select from ${tables.dispatches} d where d.queue = q.seq and d.due_at is not null limit 1
     ) o order by q.messenger, q.type`,
  );
}

export async function counts({ tables, all }: Queries, { since, ...queue }: CountFilter = {}): Promise<Counts> {
  const { sql, values } = condition(queue, 0, tables);
  const count = (where: string): string =>
    `select d.queue, d.status, pg_catalog.count(*) as count from ${tables.dispatches} d where ${where}${sql} group by 1, 2`;
  const open = count('d.due_at is not null');
  const final = count(`d.due_at is null and d.status in ('sent', 'failed', 'skipped') and d.changed_at >= $${values.length + 1}`);
  return all<Count>(
    `select q.messenger, q.type, c.status, c.count
     from (${since === undefined ? open : `${open} union all ${final}`}) c join ${tables.queues} q on q.seq = c.queue
     order by q.messenger, q.type, c.status`,
    ...values,
    ...(since === undefined ? [] : [since]),
  );
}
