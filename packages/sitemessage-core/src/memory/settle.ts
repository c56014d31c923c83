import type { Marks, Settled, Settlement } from '../storage/port.ts';
import type { NewDispatch } from '../storage/records.ts';
import type { InFlightMarks } from './claim.ts';
import { copies, type Row, type State } from './row.ts';
import type { Table } from './table.ts';

/** A result that keeps its row. */
type Result = Exclude<Settlement, { status: 'expanded' }>;

/** Stores the results of rows that this token holds: all of them or none. */
export function settle(
  table: Table,
  inFlight: InFlightMarks,
  token: string,
  settlements: readonly Settlement[],
  now: number,
  marks: Marks | undefined,
): Settled {
  // Every result is read before the first one is stored. If reading one throws, none is stored.
  const results = settlements.map(copies.settlement);
  const ids: string[] = [];
  let added = 0;
  for (const settlement of results) {
    const row = table.row(settlement.id);
    if (row?.state.status !== 'processing' || row.state.token !== token) continue;
    if (settlement.status === 'expanded') added += expand(table, row, settlement.dispatches, now);
    else apply(table, row, settlement, now);
    ids.push(settlement.id);
  }
  if (marks) inFlight.replace(token, marks);
  return { ids, added };
}

/** Replaces a fan-out row with its dispatches. Returns how many are new. */
function expand(table: Table, row: Row, dispatches: readonly NewDispatch[], now: number): number {
  table.deleteDispatch(row.dispatch.id);
  return dispatches.filter((dispatch) => table.addDispatch(Object.freeze(dispatch), now)).length;
}

function apply(table: Table, row: Row, settlement: Result, now: number): void {
  if ('error' in settlement) row.errors.push(Object.freeze({ ...settlement.error, attempt: row.state.attempt, at: now }));
  table.change(row, { ...outcome(settlement, row.state), changedAt: now });
}

function outcome(settlement: Result, { attempt, losses }: State): Omit<State, 'changedAt'> {
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
