import type { AttemptError, DispatchStatus, MessageRecord, NewDispatch, NewMessage, Outcome, SkipReason } from '../storage/records.ts';
import { createKeys, type Keys } from './keys.ts';
import { createLanes, type Lanes } from './lanes.ts';

/** A stored dispatch: what never changes of it, what went wrong so far, and the state it is in. */
export interface Row {
  readonly dispatch: NewDispatch;
  /** Oldest first. */
  readonly errors: AttemptError[];
  /** When each was reported first. */
  readonly outcomes: { [Each in Outcome]?: number };
  readonly state: State;
}

/** Never changed, only replaced: a place in a lane is known to be outdated by its state being another one. */
export interface State {
  readonly status: DispatchStatus;
  readonly attempt: number;
  /** Leases in a row that ran out while it was in flight. */
  readonly losses: number;
  readonly changedAt: number;
  /** When it may be claimed next, whatever the reason: its due time, its next try, or the end of its lease. Absent when final. */
  readonly dueAt?: number;
  /** Of whoever claimed it last; only while `processing`. */
  readonly token?: string;
  readonly providerId?: string;
  readonly reason?: SkipReason;
}

/** All that is stored and visible. */
export interface Table {
  readonly lanes: Lanes;
  readonly keys: Keys;
  row(id: string): Row | undefined;
  rows(): Iterable<Row>;
  message(id: string): MessageRecord | undefined;
  /** Those that no dispatch belongs to. */
  emptyMessages(): Iterable<MessageRecord>;
  /** False when its id is stored already. */
  addMessage(message: NewMessage): boolean;
  /** Adds a `pending` row, unless its id is stored already or its message is not: it could never be rendered. Returns whether it did. */
  addDispatch(dispatch: NewDispatch, now: number): boolean;
  change(row: Row, state: State): void;
  deleteDispatch(id: string): void;
  deleteMessage(id: string): void;
}

export function createTable(): Table {
  const rows = new Map<string, Row & { state: State }>();
  const messages = new Map<string, { readonly record: MessageRecord; dispatches: number }>();
  const lanes = createLanes((id) => rows.get(id));

  return {
    lanes,
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
      lanes.add(row);
      return true;
    },
    change(row, state) {
      (row as { state: State }).state = state;
      lanes.add(row);
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
