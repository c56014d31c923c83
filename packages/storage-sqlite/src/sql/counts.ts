import type { Count, CountFilter, Counts } from '@sitemessage/core/storage';
import type { Client } from '../client.ts';
import { condition } from './filter.ts';

/** Both parts read nothing but their index, and the queues are looked up of what was counted. */
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
