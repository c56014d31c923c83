import type { DispatchFilter, Pruned, PruneRequest } from '../storage/port.ts';
import type { Outcome } from '../storage/records.ts';
import type { InFlightMarks } from './claim.ts';
import type { Staging } from './enqueue.ts';
import { select } from './queries.ts';
import type { Table } from './table.ts';

/** Makes failed and skipped rows pending again. Returns how many. */
export function requeue(table: Table, filter: DispatchFilter, now: number): number {
  let count = 0;
  for (const row of select(table, filter)) {
    if (row.state.status !== 'failed' && row.state.status !== 'skipped') continue;
    table.change(row, { status: 'pending', attempt: 0, losses: 0, changedAt: now, dueAt: now });
    count += 1;
  }
  return count;
}

/** Skips rows that are not in flight. Returns how many. */
export function cancel(table: Table, filter: DispatchFilter, now: number): number {
  let count = 0;
  for (const row of select(table, filter)) {
    if (row.state.status !== 'pending' && row.state.status !== 'error') continue;
    table.change(row, { status: 'skipped', attempt: row.state.attempt, losses: 0, changedAt: now, reason: 'cancelled' });
    count += 1;
  }
  return count;
}

/** Stores an outcome. Returns whether it is new. */
export function report(table: Table, id: string, outcome: Outcome, now: number): boolean {
  const outcomes = table.row(id)?.outcomes;
  if (!outcomes || outcomes[outcome] !== undefined) return false;
  outcomes[outcome] = now;
  return true;
}

/** Deletes a batch of final dispatches, empty messages, old keys and abandoned items. */
export function prune(table: Table, staging: Staging, marks: InFlightMarks, request: PruneRequest): Pruned {
  marks.prune((token, id) => table.row(id)?.state.token === token);
  const finished = deleteFinished(table, request);
  table.keys.deleteBefore(request.keysBefore, request.limit);
  const abandoned = staging.deleteBefore(request.abandonedBefore, request.limit - finished);
  return { dispatches: finished + abandoned, messages: request.dispatchesOnly ? 0 : deleteEmpty(table, request) };
}

function deleteFinished(table: Table, { statuses, before, limit }: PruneRequest): number {
  const wanted: ReadonlySet<string> = new Set(statuses);
  let deleted = 0;
  for (const { dispatch, state } of table.rows()) {
    if (deleted >= limit) break;
    if (!wanted.has(state.status) || state.changedAt >= before) continue;
    table.deleteDispatch(dispatch.id);
    deleted += 1;
  }
  return deleted;
}

/** Keeps an empty message that is younger than `before`: its id still prevents storing it a second time. */
function deleteEmpty(table: Table, { now, before, limit }: PruneRequest): number {
  let deleted = 0;
  for (const { id, createdAt } of table.emptyMessages()) {
    if (deleted >= limit) break;
    if (createdAt >= before) continue;
    table.deleteMessage(id);
    table.keys.release(id, now);
    deleted += 1;
  }
  return deleted;
}
