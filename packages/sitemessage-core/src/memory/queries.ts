import { recipientOf } from '../recipient.ts';
import type { Count, CountFilter, Counts, DispatchFilter, Queue } from '../storage/port.ts';
import type { DispatchDetails, DispatchRecord } from '../storage/records.ts';
import type { Row } from './row.ts';
import type { Table } from './table.ts';

export function find(table: Table, id: string): DispatchDetails | undefined {
  const row = table.row(id);
  return row && { ...record(row), errors: [...row.errors] };
}

export async function* list(table: Table, filter: DispatchFilter): AsyncGenerator<DispatchRecord> {
  const ids = [...select(table, filter)].map((row) => row.dispatch.id).sort();
  for (const id of ids) {
    // Each row is looked up again: it may have changed since the caller took the last one.
    for (const row of select(table, { ...filter, ids: [id] })) yield record(row);
  }
}

export function counts(table: Table, { messenger, type, since }: CountFilter = {}): Counts {
  const counted = new Map<string, Count>();
  for (const { dispatch, state } of select(table, { ...(messenger !== undefined && { messenger }), ...(type !== undefined && { type }) })) {
    const isOpen = state.dueAt !== undefined;
    if (!isOpen && (since === undefined || state.changedAt < since)) continue;
    const key = JSON.stringify([dispatch.messenger, dispatch.type, state.status]);
    const count = (counted.get(key)?.count ?? 0) + 1;
    counted.set(key, { messenger: dispatch.messenger, type: dispatch.type, status: state.status, count });
  }
  return [...counted.values()].sort((a, b) => compare(a.messenger, b.messenger) || compare(a.type, b.type) || compare(a.status, b.status));
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

export function openQueues(table: Table): readonly Queue[] {
  const queues = new Map(counts(table).map(({ messenger, type }) => [JSON.stringify([messenger, type]), { messenger, type }]));
  return [...queues.values()];
}

function record({ dispatch, state, outcomes }: Row): DispatchRecord {
  const { id, messageId, type, priority } = dispatch;
  const { token: _, losses: __, ...visible } = state;
  const reported = Object.keys(outcomes).length > 0 && { outcomes: { ...outcomes } };
  return { id, messageId, type, priority, ...recipientOf(dispatch), ...visible, ...reported };
}

/** Returns the rows that match. Rows by id are looked up; for other filters, every row is read. */
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
