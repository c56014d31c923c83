import type { Resolved } from '../messenger/resolve.ts';
import type { Parts } from '../parts.ts';
import type { Settlement } from '../storage/port.ts';
import { type Claim, fanOutAlias, type NewDispatch } from '../storage/records.ts';
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

function expand({ id, messageId, fanOut = '' }: Claim, type: string): Extract<Settlement, { status: 'expanded' | 'failed' }> {
  try {
    return { id, status: 'expanded', dispatches: dispatchesOf(fanOut, messageId, type) };
  } catch {
    const message = 'This page of recipients cannot be read back from the storage.';
    return { id, status: 'failed', error: { kind: 'permanent', code: 'fan_out_unreadable', message } };
  }
}

/**
 * How many pages are stored in one go: as many as take some 10 ms. SQLite holds up the whole process meanwhile, and takes one (by 20 ms
 * it would be two, and 70 ms when the disk is slow); PostgreSQL takes four in the time, and each transaction costs it a turn of the disk.
 */
function nextGroup(size: number, tookMs: number): number {
  if (tookMs > 20) return Math.max(1, Math.floor(size / 2));
  return tookMs < 10 ? Math.min(pagesAtOnce, size * 2) : size;
}

/** One page is 500 rows to insert, and a lease has to last for all that were claimed with it. */
const pagesAtOnce = 40;

/**
 * Replaces fan-out rows by the dispatches that they stand for, until none is left. Returns how many dispatches. A crash in the middle
 * repeats nothing: the ids of what a row expands to follow from the message and the recipient. `onPages` is called after every 20,000
 * recipients.
 */
export async function expandFanOuts(
  { runtime, storage, clock, types, events }: Parts,
  options: { leaseMs: number; stop: AbortSignal; onPages?: () => Promise<void> },
): Promise<number> {
  let expanded = 0;
  let atOnce = 1;
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
    const left = claims.map((claim) => ({ claim, type: typeOf.get(claim.messageId) as string }));
    while (left.length > 0) {
      const group = left.splice(0, atOnce);
      const results = group.map(({ claim, type }) => ({ claim, type, settlement: expand(claim, type) }));
      const start = runtime.monotonic();
      const applied = new Set(
        await storage.queue.settle(
          token,
          results.map(({ settlement }) => settlement),
          await clock.now(),
        ),
      );
      atOnce = nextGroup(atOnce, runtime.monotonic() - start);
      // A storage in this process never waits for anything: without this, nothing else would run until the last page.
      await runtime.turn();
      for (const { claim, type, settlement } of results) {
        if (!applied.has(claim.id)) continue;
        if (settlement.status === 'expanded') {
          expanded += settlement.dispatches.length;
        } else {
          const { id, messageId, address, attempt } = claim;
          const dispatch = { id, messageId, type, messenger: fanOutAlias, address, attempt };
          events.emit({ type: 'failed', dispatch, error: settlement.error, recipientGone: false });
        }
      }
    }
    await options.onPages?.();
  }
  return expanded;
}

/** How often to look whether the pages that others are expanding are done. */
const lookMs = 100;

/**
 * Replaces all fan-out rows that this process can, and waits for those that others are at; for no longer than a lease, which one of
 * them may have left behind. `onPages` is called after every 20,000 recipients.
 */
export async function expandAll(
  parts: Parts,
  options: { leaseMs: number; stop: AbortSignal; onPages: () => Promise<void> },
): Promise<void> {
  const { runtime, storage, types } = parts;
  const giveUpAt = runtime.monotonic() + options.leaseMs;
  for (;;) {
    await expandFanOuts(parts, options);
    const pages = await storage.queue.counts({ messenger: fanOutAlias });
    const isBusy = pages.some(({ status, type }) => status === 'processing' && types.find(type));
    if (!isBusy || options.stop.aborted || runtime.monotonic() > giveUpAt) return;
    await runtime.sleep(lookMs, options.stop);
  }
}
