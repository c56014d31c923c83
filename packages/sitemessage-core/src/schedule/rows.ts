import type { Recipient } from '../recipient.ts';
import { dispatchId } from '../recipients/ids.ts';
import type { NewDispatch } from '../storage/records.ts';
import type { Draft } from './drafts.ts';

/** The dispatches of a call. A recipient that is named twice gets one dispatch. */
export interface Rows {
  readonly dispatches: readonly NewDispatch[];
  /** The number of dispatches of each draft, in order. */
  readonly counts: readonly number[];
}

/** Makes the dispatches of every draft for every recipient. */
export function rowsFor(drafts: readonly Draft[], recipients: readonly Recipient[], dueAt: number): Rows {
  const dispatches = new Map<string, NewDispatch>();
  const counts = drafts.map(({ record, type, priority }) => {
    const before = dispatches.size;
    for (const recipient of recipients) {
      const id = dispatchId(record.id, recipient.messenger, recipient.address);
      if (!dispatches.has(id)) dispatches.set(id, { id, messageId: record.id, type: type.alias, priority, dueAt, ...recipient });
    }
    return dispatches.size - before;
  });
  return { dispatches: [...dispatches.values()], counts };
}
