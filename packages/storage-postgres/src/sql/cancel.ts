import type { DispatchFilter } from '@sitemessage/core/storage';
import type { Queries } from '../client.ts';
import { condition } from './filter.ts';

export async function cancel({ tables, run }: Queries, filter: DispatchFilter, now: number): Promise<number> {
  const { sql, values } = condition(filter, 1, tables);
  return run(
    `update ${tables.dispatches} d set status = 'skipped', reason = 'cancelled', due_at = null, changed_at = $1
     where d.due_at is not null and d.status in ('pending', 'error')${sql}`,
    now,
    ...values,
  );
}
