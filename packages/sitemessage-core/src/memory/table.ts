import type { MessageRecord, NewDispatch, NewMessage } from '../storage/records.ts';
import { createDueIndex, type DueIndex } from './due-index.ts';
import { createKeys, type Keys } from './keys.ts';
import type { Row, State } from './row.ts';

/** The messages and dispatches that are stored and visible. */
export interface Table {
  readonly dueIndex: DueIndex;
  readonly keys: Keys;
  row(id: string): Row | undefined;
  rows(): Iterable<Row>;
  message(id: string): MessageRecord | undefined;
  /** Returns the messages without a dispatch. */
  emptyMessages(): Iterable<MessageRecord>;
  /** Returns false when the id is stored already. */
  addMessage(message: NewMessage): boolean;
  /** Adds a `pending` row. Returns false when its id is stored already, or its message is not. */
  addDispatch(dispatch: NewDispatch, now: number): boolean;
  change(row: Row, state: State): void;
  deleteDispatch(id: string): void;
  deleteMessage(id: string): void;
}

export function createTable(): Table {
  const rows = new Map<string, Row & { state: State }>();
  const messages = new Map<string, { readonly record: MessageRecord; dispatches: number }>();
  const dueIndex = createDueIndex((id) => rows.get(id));

  return {
    dueIndex,
    keys: createKeys(),
    row: (id) => rows.get(id),
    rows: () => rows.values(),
    message: (id) => messages.get(id)?.record,
    *emptyMessages() {
      for (const { record, dispatches } of messages.values()) if (dispatches === 0) yield record;
    },
    addMessage({ key: _, ...record }) {
      if (messages.has(record.id)) return false;
      messages.set(record.id, { record: Object.freeze(record), dispatches: 0 });
      return true;
    },
    addDispatch(dispatch, now) {
      const message = messages.get(dispatch.messageId);
      if (!message || rows.has(dispatch.id)) return false;
      message.dispatches += 1;
      const row: Row = {
        dispatch,
        errors: [],
        outcomes: {},
        state: { status: 'pending', attempt: 0, losses: 0, changedAt: now, dueAt: dispatch.dueAt },
      };
      rows.set(dispatch.id, row);
      dueIndex.add(row);
      return true;
    },
    change(row, state) {
      (row as { state: State }).state = state;
      dueIndex.add(row);
    },
    deleteDispatch(id) {
      const row = rows.get(id);
      const message = row && messages.get(row.dispatch.messageId);
      if (message) message.dispatches -= 1;
      rows.delete(id);
    },
    deleteMessage: (id) => void messages.delete(id),
  };
}
