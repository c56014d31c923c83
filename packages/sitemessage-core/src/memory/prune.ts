import type { Pruned, PruneRequest } from '../storage/port.ts';
import type { Staging } from './enqueue.ts';
import type { MarksByToken } from './marks.ts';
import type { Table } from './table.ts';

export function prune(table: Table, staging: Staging, marks: MarksByToken, request: PruneRequest): Pruned {
  marks.prune((token, id) => table.row(id)?.state.token === token);
  const finished = deleteFinished(table, request);
  table.keys.dropBefore(request.keysBefore, request.limit);
  const abandoned = staging.dropBefore(request.abandonedBefore, request.limit - finished);
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

/** A young message without a dispatch stays: it may have been scheduled for nobody a moment ago, and its id guards against a repetition. */
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
