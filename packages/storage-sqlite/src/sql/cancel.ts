import type { DispatchFilter } from '@sitemessage/core/storage';
import type { Client } from '../client.ts';
import { condition, dueAt } from './filter.ts';

export async function cancel(client: Client, filter: DispatchFilter, now: number): Promise<number> {
  const { sql, values } = condition(filter);
  return client.write((db) =>
    db.run(
      `update sitemessage_dispatches as d set status = 'skipped', reason = 'cancelled', due_at = null, changed_at = ?
       where ${dueAt(filter)} is not null and d.status in ('pending', 'error')${sql}`,
      now,
      ...values,
    ),
  );
}
