import type { Marks, Settlement } from '../storage/port.ts';
import { copies } from './copies.ts';
import type { MarksByToken } from './marks.ts';
import type { Row, State, Table } from './table.ts';

export function settle(
  table: Table,
  kept: MarksByToken,
  token: string,
  settlements: readonly Settlement[],
  now: number,
  marks: Marks | undefined,
): readonly string[] {
  // All of them are read before the first one is applied: one that cannot be read must not leave half of them applied.
  const results = settlements.map(copies.settlement);
  const applied: string[] = [];
  for (const settlement of results) {
    const row = table.row(settlement.id);
    if (row?.state.status !== 'processing' || row.state.token !== token) continue;
    apply(table, row, settlement, now);
    applied.push(settlement.id);
  }
  if (marks) kept.replace(token, marks);
  return applied;
}

function apply(table: Table, row: Row, settlement: Settlement, now: number): void {
  if (settlement.status === 'expanded') {
    table.deleteDispatch(row.dispatch.id);
    for (const dispatch of settlement.dispatches) table.addDispatch(Object.freeze(dispatch), now);
    return;
  }
  if ('error' in settlement) row.errors.push(Object.freeze({ ...settlement.error, attempt: row.state.attempt, at: now }));
  table.change(row, { ...outcome(settlement, row.state), changedAt: now });
}

function outcome(settlement: Exclude<Settlement, { status: 'expanded' }>, { attempt, losses }: State): Omit<State, 'changedAt'> {
  const { status } = settlement;
  switch (status) {
    case 'sent':
      return { status, attempt, losses: 0, ...(settlement.providerId !== undefined && { providerId: settlement.providerId }) };
    case 'error':
      return { status, attempt, losses: 0, dueAt: settlement.dueAt };
    case 'failed':
      return { status, attempt, losses: 0 };
    case 'skipped':
      return { status, attempt, losses: 0, reason: settlement.reason };
    case 'released':
      return { status: 'pending', attempt: attempt - 1, losses, dueAt: settlement.dueAt };
  }
}
