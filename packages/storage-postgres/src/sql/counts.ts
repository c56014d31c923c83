import type { Count, CountFilter, Counts } from '@sitemessage/core/storage';
import type { Queries } from '../client.ts';
import { condition } from './filter.ts';

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
