import type { Count, CountFilter, Counts, Queue } from '@sitemessage/core/storage';
import type { Client, Queries } from '../client.ts';
import { condition } from './filter.ts';

/**
 * Returns a function that returns the number of a queue and inserts a missing queue. It remembers the
 * numbers, so use it in one transaction only: a rollback would take a number back.
 */
export function queueNumbers(db: Queries): (messenger: string, type: string) => number {
  const known = new Map<string, Map<string, number>>();
  return (messenger, type) => {
    const ofMessenger = known.get(messenger) ?? new Map<string, number>();
    known.set(messenger, ofMessenger);
    const number = ofMessenger.get(type) ?? findOrInsert(db, messenger, type);
    ofMessenger.set(type, number);
    return number;
  };
}

function findOrInsert(db: Queries, messenger: string, type: string): number {
  db.run('insert into sitemessage_queues (messenger, type) values (?, ?) on conflict do nothing', messenger, type);
  const row = db.get<{ seq: number }>('select seq from sitemessage_queues where messenger = ? and type = ?', messenger, type);
  return (row as { seq: number }).seq;
}

export async function openQueues(client: Client): Promise<readonly Queue[]> {
  return client.read((db) =>
    db
      .all<Queue>(
        `select messenger, type from sitemessage_queues q
         where exists (select 1 from sitemessage_dispatches d indexed by sitemessage_dispatches_open where d.queue = q.seq and d.due_at is not null)
         order by messenger, type`,
      )
      .map(({ messenger, type }) => ({ messenger, type })),
  );
}

/** Counts in the indexes alone, and looks up the queues of the counts afterwards. */
export async function counts(client: Client, { since, ...queue }: CountFilter = {}): Promise<Counts> {
  const { sql, values } = condition(queue);
  const count = (index: string, where: string): string =>
    `select d.queue, d.status, count(*) as count from sitemessage_dispatches d indexed by ${index} where ${where}${sql} group by d.queue, d.status`;
  const open = count('sitemessage_dispatches_open', 'd.due_at is not null');
  const final = count(
    'sitemessage_dispatches_final',
    "d.due_at is null and d.status in ('sent', 'failed', 'skipped') and d.changed_at >= ?",
  );
  const rows = await client.read((db) =>
    db.all<Count>(
      `select q.messenger, q.type, c.status, c.count
       from (${since === undefined ? open : `${open} union all ${final}`}) c join sitemessage_queues q on q.seq = c.queue
       order by q.messenger, q.type, c.status`,
      ...values,
      ...(since === undefined ? [] : [since, ...values]),
    ),
  );
  return rows.map(({ messenger, type, status, count }) => ({ messenger, type, status, count }));
}
