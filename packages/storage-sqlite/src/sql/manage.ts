import type { DispatchFilter, Outcome } from '@sitemessage/core/storage';
import { outcomeColumns } from '@sitemessage/core/storage';
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

export async function report(client: Client, id: string, outcome: Outcome, now: number): Promise<boolean> {
  const column = outcomeColumns[outcome];
  return client.write((db) => db.run(`update sitemessage_dispatches set ${column} = ? where id = ? and ${column} is null`, now, id) === 1);
}
