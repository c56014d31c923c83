import { type Copies, createCopies } from '../storage/copies.ts';
import type { AttemptError, DispatchStatus, NewDispatch, NewMessage, Outcome, SkipReason } from '../storage/records.ts';

/** A stored dispatch. */
export interface Row {
  readonly dispatch: NewDispatch;
  /** The errors of its attempts, oldest first. */
  readonly errors: AttemptError[];
  /** The time of the first report of each outcome. */
  readonly outcomes: { [Each in Outcome]?: number };
  readonly state: State;
}

/**
 * Replaced and never modified: an entry of the due index is outdated when the row has another state object.
 */
export interface State {
  readonly status: DispatchStatus;
  readonly attempt: number;
  /** The number of consecutive leases that ran out while the row was in flight. */
  readonly losses: number;
  readonly changedAt: number;
  /**
   * The time of the next claim: the due time, the next attempt or the end of the lease. Absent when final.
   */
  readonly dueAt?: number;
  /** The token of the last claim. Only while `processing`. */
  readonly token?: string;
  readonly providerId?: string;
  readonly reason?: SkipReason;
}

/** A memory keeps every text and every id. */
export const copies: Copies = createCopies({ text: (text) => text, id: (id) => id });

/** Copies a message. The copy is frozen, since it is returned to callers as it is. */
export const copyMessage = (message: NewMessage): NewMessage => Object.freeze(copies.message(message));
/** Copies a dispatch. The copy is frozen, since it is returned to callers as it is. */
export const copyDispatch = (dispatch: NewDispatch): NewDispatch => Object.freeze(copies.dispatch(dispatch));
