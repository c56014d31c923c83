import type { Resolved } from '../messenger/resolve.ts';
import type { Parts } from '../parts.ts';
import type { Settlement } from '../storage/port.ts';
import { fanOutAlias, type NewDispatch } from '../storage/records.ts';
import { dispatchId } from './ids.ts';

/** What a fan-out row carries: the recipients of one page, and what their dispatches have in common. */
interface Page {
  readonly dueAt: number;
  readonly priority: number;
  readonly recipients: readonly Resolved[];
}

/** One page of recipients as one row. It may be expanded from `now` on, however late its dispatches are due. */
export function fanOutRow(message: { id: string; type: string }, index: number, page: Page, now: number): NewDispatch {
  const address = String(index);
  return {
    id: dispatchId(message.id, fanOutAlias, address),
    messageId: message.id,
    messenger: fanOutAlias,
    type: message.type,
    priority: page.priority,
    dueAt: now,
    address,
    fanOut: JSON.stringify(page),
  };
}

function dispatchesOf(fanOut: string, messageId: string, type: string): readonly NewDispatch[] {
  const { dueAt, priority, recipients } = JSON.parse(fanOut) as Page;
  return recipients.map((recipient) => ({
    id: dispatchId(messageId, recipient.messenger, recipient.address),
    messageId,
    type,
    priority,
    dueAt,
    ...recipient,
  }));
}

function expand(id: string, fanOut: string, messageId: string, type: string): Extract<Settlement, { status: 'expanded' | 'failed' }> {
  try {
    return { id, status: 'expanded', dispatches: dispatchesOf(fanOut, messageId, type) };
  } catch {
    const message = 'This page of recipients cannot be read back from the storage.';
    return { id, status: 'failed', error: { kind: 'permanent', code: 'fan_out_unreadable', message } };
  }
}

/** One page is 500 rows to insert, and a lease has to last for all that were claimed with it. */
const pagesAtOnce = 40;

/**
 * Replaces fan-out rows by the dispatches that they stand for, until none is left. Returns how many dispatches. A crash in the middle
 * repeats nothing: the ids of what a row expands to follow from the message and the recipient.
 */
export async function expandFanOuts(
  { runtime, storage, clock, types, events }: Parts,
  options: { leaseMs: number; stop: AbortSignal },
): Promise<number> {
  let expanded = 0;
  while (!options.stop.aborted) {
    const token = runtime.id();
    const now = await clock.now();
    const { claims, messages } = await storage.queue.claim({
      token,
      now,
      leaseUntil: now + options.leaseMs,
      limit: pagesAtOnce,
      messenger: fanOutAlias,
      types: types.aliases(),
    });
    if (claims.length === 0) return expanded;
    const typeOf = new Map(messages.map((message) => [message.id, message.type]));
    for (const { id, messageId, address, attempt, fanOut } of claims) {
      const type = typeOf.get(messageId) as string;
      const settlement = expand(id, fanOut ?? '', messageId, type);
      const applied = await storage.queue.settle(token, [settlement], await clock.now());
      // A storage in this process never waits for anything: without this, nothing else would run until the last page.
      await runtime.turn();
      if (applied.length === 0) continue;
      if (settlement.status === 'expanded') {
        expanded += settlement.dispatches.length;
      } else {
        const dispatch = { id, messageId, type, messenger: fanOutAlias, address, attempt };
        events.emit({ type: 'failed', dispatch, error: settlement.error, recipientGone: false });
      }
    }
  }
  return expanded;
}
