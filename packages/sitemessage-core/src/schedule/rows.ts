import type { Recipient } from '../recipient.ts';
import { dispatchId } from '../recipients/ids.ts';
import type { NewDispatch } from '../storage/records.ts';
import type { Draft } from './drafts.ts';

/** A dispatch for each recipient, once however often a list names it. */
export interface Rows {
  readonly dispatches: readonly NewDispatch[];
  /** For each draft in turn. */
  readonly counts: readonly number[];
}

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
