import type { Settlement } from '../storage/port.ts';
import { copies } from './copies.ts';
import type { Row, State, Table } from './table.ts';

export function settle(table: Table, token: string, settlements: readonly Settlement[], now: number): readonly string[] {
  // All of them are read before the first one is applied: one that cannot be read must not leave half of them applied.
  const results = settlements.map(copies.settlement);
  const applied: string[] = [];
  for (const settlement of results) {
    const row = table.row(settlement.id);
    if (row?.state.status !== 'processing' || row.state.token !== token) continue;
    apply(table, row, settlement, now);
    applied.push(settlement.id);
  }
  return applied;
}

function apply(table: Table, row: Row, settlement: Settlement, now: number): void {
  if (settlement.status === 'expanded') {
    table.deleteDispatch(row.dispatch.id);
    for (const dispatch of settlement.dispatches) table.addDispatch(Object.freeze(dispatch), now);
    return;
  }
  if ('error' in settlement) row.errors.push(Object.freeze({ ...settlement.error, attempt: row.state.attempt, at: now }));
  table.change(row, { ...outcome(settlement, row.state.attempt), changedAt: now });
}

function outcome(settlement: Exclude<Settlement, { status: 'expanded' }>, attempt: number): Omit<State, 'changedAt'> {
  const { status } = settlement;
  switch (status) {
    case 'sent':
      return { status, attempt, ...(settlement.providerId !== undefined && { providerId: settlement.providerId }) };
    case 'error':
      return { status, attempt, dueAt: settlement.dueAt };
    case 'failed':
      return { status, attempt };
    case 'skipped':
      return { status, attempt, reason: settlement.reason };
    case 'released':
      return { status: 'pending', attempt: attempt - 1, dueAt: settlement.dueAt };
  }
}
