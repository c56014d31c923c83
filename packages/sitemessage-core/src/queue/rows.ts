import { each, type Recipients } from '../messenger/recipients.ts';
import { type Resolved, resolveRecipient } from '../messenger/resolve.ts';
import type { Parts } from '../parts.ts';
import type { NewDispatch } from '../storage/records.ts';
import type { Draft } from './drafts.ts';
import { dispatchId } from './ids.ts';

/** Recipients that are stored as one row when there are many. SQLite stores as many dispatches within 40 ms, and blocks the process meanwhile. */
const pageSize = 500;

/** The recipients as they will be stored, in pages. The event loop gets a turn after each: an iterable that never waits would keep it for seconds. */
export async function* resolveAll(
  lists: readonly Recipients[],
  { messengers, users, runtime }: Parts,
): AsyncGenerator<readonly Resolved[], undefined> {
  let page: Resolved[] = [];
  for (const list of lists) {
    const messenger = messengers.get(list.messenger);
    let position = 0;
    for await (const recipient of each(list.addresses)) {
      position += 1;
      page.push(resolveRecipient(messenger, recipient, users, position));
      if (page.length < pageSize) continue;
      yield page;
      page = [];
      await runtime.turn();
    }
  }
  if (page.length > 0) yield page;
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
