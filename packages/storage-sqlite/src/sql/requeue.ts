import type { DispatchFilter } from '@sitemessage/core/storage';
import type { Client } from '../client.ts';
import { condition, dueAt } from './filter.ts';

export async function requeue(client: Client, filter: DispatchFilter, now: number): Promise<number> {
  const { sql, values } = condition(filter);
  return client.write((db) =>
    db.run(
      `update sitemessage_dispatches as d set status = 'pending', due_at = ?, attempt = 0, changed_at = ?, reason = null
       where ${dueAt(filter)} is null and d.status in ('failed', 'skipped')${sql}`,
      now,
      now,
      ...values,
    ),
  );
}
