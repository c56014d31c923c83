import type { DispatchFilter, Outcome } from '@sitemessage/core/storage';
import { outcomeColumns } from '@sitemessage/core/storage';
import type { Queries } from '../queries.ts';
import { isUuid } from '../text.ts';
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

export async function requeue({ tables, run }: Queries, filter: DispatchFilter, now: number): Promise<number> {
  const { sql, values } = condition(filter, 1, tables);
  return run(
    `update ${tables.dispatches} d set status = 'pending', due_at = $1, attempt = 0, changed_at = $1, reason = null
     where d.due_at is null and d.status in ('failed', 'skipped')${sql}`,
    now,
    ...values,
  );
}

export async function report({ tables, run }: Queries, id: string, outcome: Outcome, now: number): Promise<boolean> {
  if (!isUuid(id)) return false;
  const column = outcomeColumns[outcome];
  return (await run(`update ${tables.dispatches} set ${column} = $2 where id = $1 and ${column} is null`, id, now)) === 1;
}
