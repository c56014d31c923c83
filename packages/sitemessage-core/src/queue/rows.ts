import { each, type Recipients } from '../messenger/recipients.ts';
import { type Resolved, resolveRecipient } from '../messenger/resolve.ts';
import type { Parts } from '../parts.ts';
import type { NewDispatch } from '../storage/records.ts';
import type { Draft } from './drafts.ts';
import { dispatchId } from './ids.ts';

/** Takes some 2 ms. */
const turnSize = 500;

/** The recipients as they will be stored, some at a time. The event loop gets a turn after each: an iterable that never waits would keep it for seconds. */
export async function* resolveAll(
  lists: readonly Recipients[],
  { messengers, users, runtime }: Parts,
): AsyncGenerator<readonly Resolved[], undefined> {
  let some: Resolved[] = [];
  for (const list of lists) {
    const messenger = messengers.get(list.messenger);
    let position = 0;
    for await (const recipient of each(list.addresses)) {
      position += 1;
      some.push(resolveRecipient(messenger, recipient, users, position));
      if (some.length < turnSize) continue;
      yield some;
      some = [];
      await runtime.turn();
    }
  }
  if (some.length > 0) yield some;
  return undefined;
}

/** A dispatch for each recipient, once however often a list names it. */
export interface Rows {
  readonly dispatches: readonly NewDispatch[];
  /** For each draft in turn. */
  readonly counts: readonly number[];
}

export function rowsFor(drafts: readonly Draft[], recipients: readonly Resolved[], dueAt: number): Rows {
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
