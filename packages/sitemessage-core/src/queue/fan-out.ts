import type { Resolved } from '../messenger/resolve.ts';
import type { Parts } from '../parts.ts';
import type { Settlement } from '../storage/port.ts';
import { type Claim, fanOutAlias, type NewDispatch } from '../storage/records.ts';
import { dispatchId, fanOutId } from './ids.ts';
import type { Page } from './pages.ts';

/** What a fan-out row carries: the recipients of one page, and what their dispatches have in common. */
interface FanOut {
  readonly dueAt: number;
  readonly priority: number;
  /** By messenger. */
  readonly recipients: Readonly<Record<string, readonly Addressee[]>>;
}

/** An address, and the user's id when there is one. */
type Addressee = string | readonly [address: string, recipientId: string];

/** One page of recipients as one row. It may be expanded from `now` on, however late its dispatches are due. */
export function fanOutRow(
  message: { id: string; type: string },
  index: number,
  { recipients, place }: Page,
  { dueAt, priority, now }: { dueAt: number; priority: number; now: number },
): NewDispatch {
  const fanOut: FanOut = { dueAt, priority, recipients: byMessenger(recipients) };
  return {
    id: fanOutId(message.id, place, index),
    messageId: message.id,
    messenger: fanOutAlias,
    type: message.type,
    priority,
    dueAt: now,
    address: String(index),
    fanOut: JSON.stringify(fanOut),
  };
}

function byMessenger(recipients: readonly Resolved[]): FanOut['recipients'] {
  const lists = Map.groupBy(recipients, ({ messenger }) => messenger);
  return Object.fromEntries(Array.from(lists, ([messenger, list]) => [messenger, list.map(addressee)]));
}

const addressee = ({ address, recipientId }: Resolved): Addressee => (recipientId === undefined ? address : [address, recipientId]);

function dispatchesOf(fanOut: string, messageId: string, type: string): readonly NewDispatch[] {
  const { dueAt, priority, recipients } = JSON.parse(fanOut) as FanOut;
  return Object.entries(recipients).flatMap(([messenger, addressees]) =>
    addressees.map((addressee) => {
      const [address, recipientId] = typeof addressee === 'string' ? [addressee] : addressee;
      const id = dispatchId(messageId, messenger, address);
      return { id, messageId, messenger, type, priority, dueAt, address, ...(recipientId !== undefined && { recipientId }) };
    }),
  );
}

function expand({ id, messageId, fanOut = '' }: Claim, type: string): Extract<Settlement, { status: 'expanded' | 'failed' }> {
  try {
    return { id, status: 'expanded', dispatches: dispatchesOf(fanOut, messageId, type) };
  } catch {
    const message = 'This page of recipients cannot be read back from the storage.';
    return { id, status: 'failed', error: { kind: 'permanent', code: 'fan_out_unreadable', message } };
  }
}

/** How long storing a group took, in milliseconds, and how much of it the process did nothing else. */
interface Taken {
  readonly heldMs: number;
  readonly tookMs: number;
}

/**
 * How many pages are stored in one go: as many as hold up the process for some 10 ms, since SQLite does all of its work meanwhile. A
 * database server may take 50 ms: each transaction costs it some turns of the line.
 */
function nextGroup(size: number, { heldMs, tookMs }: Taken): number {
  if (heldMs > 20 || tookMs > 100) return Math.max(1, Math.floor(size / 2));
  return heldMs < 10 && tookMs < 50 ? Math.min(pagesAtOnce, size * 2) : size;
}

/** One page is 500 rows to insert, and a lease has to last for all that were claimed with it. */
const pagesAtOnce = 40;
/** While a database server stores one group, the next one is made ready, and stored beside it. */
const mostGroups = 2;

/**
 * Replaces fan-out rows by the dispatches that they stand for, until none is left. Returns how many dispatches. A crash in the middle
 * repeats nothing: the ids of what a row expands to follow from the message and the recipient. `onPages` is called after every 20,000
 * recipients.
 */
export async function expandFanOuts(
  parts: Parts,
  options: { leaseMs: number; stop: AbortSignal; onPages?: () => Promise<void> },
): Promise<number> {
  const { runtime, storage, clock, types } = parts;
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
    const work = async (): Promise<void> => {
      while (left.length > 0) {
        const group = left.splice(0, atOnce);
        const { stored, ...taken } = await store(group, token, parts);
        expanded += stored;
        atOnce = nextGroup(atOnce, taken);
        // A storage in this process never waits for anything: without this, nothing else would run until the last page.
        await runtime.turn();
      }
    };
    const groupsAtOnce = Math.min(mostGroups, storage.concurrency);
    const outcomes = await Promise.allSettled(Array.from({ length: groupsAtOnce }, work));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    await options.onPages?.();
  }
  return expanded;
}

interface Claimed {
  readonly claim: Claim;
  readonly type: string;
}

async function store(group: readonly Claimed[], token: string, parts: Parts): Promise<Taken & { readonly stored: number }> {
  const { runtime, storage, clock, events } = parts;
  const results = group.map(({ claim, type }) => ({ claim, type, settlement: expand(claim, type) }));
  const settlements = results.map(({ settlement }) => settlement);
  const now = await clock.now();
  const start = runtime.monotonic();
  const storing = storage.queue.settle(token, settlements, now);
  const heldMs = runtime.monotonic() - start;
  const applied = new Set(await storing);
  const tookMs = runtime.monotonic() - start;
  let stored = 0;
  for (const { claim, type, settlement } of results) {
    if (!applied.has(claim.id)) continue;
    if (settlement.status === 'expanded') {
      stored += settlement.dispatches.length;
    } else {
      const { id, messageId, address, attempt } = claim;
      const dispatch = { id, messageId, type, messenger: fanOutAlias, address, attempt };
      events.emit({ type: 'failed', dispatch, error: settlement.error, recipientGone: false });
    }
  }
  return { stored, heldMs, tookMs };
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
