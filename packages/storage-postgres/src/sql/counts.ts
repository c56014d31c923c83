import type { Count, CountFilter, Counts } from '@sitemessage/core';
import type { Client } from '../client.ts';
import { condition } from './filter.ts';

export async function counts({ tables, all }: Client, { since, ...queue }: CountFilter = {}): Promise<Counts> {
  const { sql, values } = condition(queue, 0, tables.messages);
  const select = `select d.messenger, d.type, d.status, count(*) as count from ${tables.dispatches} d`;
  const open = `${select} where d.due_at is not null${sql} group by 1, 2, 3`;
  if (since === undefined) return all<Count>(open, ...values);
  const final = `${select} where d.due_at is null and d.status in ('sent', 'failed', 'skipped') and d.changed_at >= $${values.length + 1}${sql} group by 1, 2, 3`;
  return all<Count>(`${open} union all ${final}`, ...values, since);
}
