import type { DispatchFilter } from '../storage/port.ts';
import type { Outcome } from '../storage/records.ts';
import { select } from './filter.ts';
import type { Table } from './table.ts';

export function requeue(table: Table, filter: DispatchFilter, now: number): number {
  let count = 0;
  for (const row of select(table, filter)) {
    if (row.state.status !== 'failed' && row.state.status !== 'skipped') continue;
    table.change(row, { status: 'pending', attempt: 0, losses: 0, changedAt: now, dueAt: now });
    count += 1;
  }
  return count;
}

export function cancel(table: Table, filter: DispatchFilter, now: number): number {
  let count = 0;
  for (const row of select(table, filter)) {
    if (row.state.status !== 'pending' && row.state.status !== 'error') continue;
    table.change(row, { status: 'skipped', attempt: row.state.attempt, losses: 0, changedAt: now, reason: 'cancelled' });
    count += 1;
  }
  return count;
}

export function report(table: Table, id: string, outcome: Outcome, now: number): boolean {
  const outcomes = table.row(id)?.outcomes;
  if (!outcomes || outcomes[outcome] !== undefined) return false;
  outcomes[outcome] = now;
  return true;
}
