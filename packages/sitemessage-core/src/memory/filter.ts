import type { DispatchFilter } from '../storage/port.ts';
import type { Row, Table } from './table.ts';

/** The rows that match. Ids are looked up, everything else is searched for. */
export function* select(table: Table, filter: DispatchFilter): Generator<Row> {
  for (const row of filter.ids ? lookUp(table, filter.ids) : table.rows()) {
    if (matches(row, filter)) yield row;
  }
}

function* lookUp(table: Table, ids: readonly string[]): Generator<Row> {
  for (const id of new Set(ids)) {
    const row = table.row(id);
    if (row) yield row;
  }
}

function matches({ dispatch, state, outcomes }: Row, filter: DispatchFilter): boolean {
  const { messageId, messenger, type, address, status, since, providerId, outcome } = filter;
  return (
    (messageId === undefined || dispatch.messageId === messageId) &&
    (messenger === undefined || dispatch.messenger === messenger) &&
    (type === undefined || dispatch.type === type) &&
    (address === undefined || dispatch.address === address) &&
    (status === undefined || state.status === status) &&
    (since === undefined || state.changedAt >= since) &&
    (providerId === undefined || state.providerId === providerId) &&
    (outcome === undefined || outcomes[outcome] !== undefined)
  );
}
