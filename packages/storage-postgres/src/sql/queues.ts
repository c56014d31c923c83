import type { NewDispatch } from '@sitemessage/core/storage';
import type { Queries } from '../client.ts';
import { unnest } from './table.ts';

/** What a row is sent through and what it is: of these pairs there are few, and they are kept for ever. */
type Queue = Pick<NewDispatch, 'messenger' | 'type'>;

/** The numbers of the queues of these rows, in turn. Makes those that are missing. */
export async function queueNumbers(db: Queries, rows: readonly Queue[]): Promise<readonly number[]> {
  const numbers = new Map<string, number | undefined>();
  const keys = rows.map(queueKey);
  const given = new Map(rows.map((row, index) => [keys[index] as string, row]));
  const queues = [...given.values()];
  const values = [queues.map(({ messenger }) => messenger), queues.map(({ type }) => type)];
  const look = async (): Promise<void> => {
    const found = await db.all<Queue & { readonly seq: number }>(
      `select q.seq, q.messenger, q.type from ${db.tables.queues} q join ${unnest('$1::text[]', '$2::text[]')} as g (messenger, type) using (messenger, type)`,
      ...values,
    );
    for (const queue of found) numbers.set(queueKey(queue), queue.seq);
  };
  await look();
  if (numbers.size < queues.length) {
    // Each try takes a number, and there are not without end: only what is missing is tried.
    await db.run(
      `insert into ${db.tables.queues} (messenger, type)
       select messenger, type from ${unnest('$1::text[]', '$2::text[]')} as g (messenger, type)
       where not exists (select from ${db.tables.queues} q where q.messenger = g.messenger and q.type = g.type)
       order by messenger, type on conflict do nothing`,
      ...values,
    );
    await look();
  }
  return keys.map((key) => numbers.get(key) as number);
}

/** The same for the same queue. */
export const queueKey = ({ messenger, type }: Queue): string => `${messenger.length} ${messenger}${type}`;
