import type { DispatchFilter } from '@sitemessage/core/storage';
import type { Queries } from '../client.ts';
import { condition } from './filter.ts';

export async function requeue({ tables, run }: Queries, filter: DispatchFilter, now: number): Promise<number> {
  const { sql, values } = condition(filter, 1, tables);
  return run(
    `update ${tables.dispatches} d set status = 'pending', due_at = $1, attempt = 0, changed_at = $1, reason = null
     where d.due_at is null and d.status in ('failed', 'skipped')${sql}`,
    now,
    ...values,
  );
}
