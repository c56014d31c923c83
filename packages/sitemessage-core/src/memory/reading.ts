import type { Count, CountFilter, Counts, DispatchFilter, Queue } from '../storage/port.ts';
import type { DispatchDetails, DispatchRecord } from '../storage/records.ts';
import { select } from './filter.ts';
import type { Row, Table } from './table.ts';

export function find(table: Table, id: string): DispatchDetails | undefined {
  const row = table.row(id);
  return row && { ...record(row), errors: [...row.errors] };
}

export async function* list(table: Table, filter: DispatchFilter): AsyncGenerator<DispatchRecord> {
  const ids = [...select(table, filter)].map((row) => row.dispatch.id).sort();
  for (const id of ids) {
    // Looked up again: the caller may take its time, and the row may have changed or gone.
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
  return [...counted.values()].sort((a, b) => inOrder(a.messenger, b.messenger) || inOrder(a.type, b.type) || inOrder(a.status, b.status));
}

const inOrder = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

export function openQueues(table: Table): readonly Queue[] {
  const queues = new Map(counts(table).map(({ messenger, type }) => [JSON.stringify([messenger, type]), { messenger, type }]));
  return [...queues.values()];
}

function record({ dispatch, state, outcomes }: Row): DispatchRecord {
  const { id, messageId, messenger, type, priority, address, recipientId } = dispatch;
  const { token: _, losses: __, ...visible } = state;
  const reported = Object.keys(outcomes).length > 0 && { outcomes: { ...outcomes } };
  return { id, messageId, messenger, type, priority, address, ...(recipientId !== undefined && { recipientId }), ...visible, ...reported };
}
