import type { SiteContext } from '../context.ts';
import { backoff, defaultRetry } from '../messenger/retry.ts';
import { type Recipient, recipientOf } from '../recipient.ts';
import { dispatchId, fanOutId, placeOf, places } from '../recipients/ids.ts';
import type { Settlement } from '../storage/port.ts';
import { type Claim, fanOutAlias, type NewDispatch } from '../storage/records.ts';
import { storedError } from '../storage/stored-error.ts';
import { expandSubscribers, type SubscriberFanOut } from './subscribers.ts';

/** The recipients that one fan-out row stores. */
export interface Page {
  readonly recipients: readonly Recipient[];
  /** The place of the first recipient among the dispatch ids of a message. See `placeOf`. */
  readonly place: number;
}

/**
 * The recipients of one page. SQLite stores 500 dispatches in about 5 ms, and blocks the process meanwhile.
 */
const pageSize = 500;
/** The recipients that are sorted at a time: about 5 MB. */
const runSize = 64 * pageSize;

/**
 * Splits recipients into pages, in the order of their dispatch ids. Sorts {@link runSize} of them at a
 * time, so that memory stays constant. Pages of the same place are expanded together, and their rows are
 * neighbours in the table. In the order of the list, each of 500 rows went to another page of the table.
 * 100,000 rows then took SQLite four times as long.
 */
export async function* splitIntoPages(recipients: AsyncIterable<readonly Recipient[]>): AsyncGenerator<Page> {
  let run: Recipient[] = [];
  for await (const some of recipients) {
    run.push(...some);
    if (run.length < runSize) continue;
    yield* pagesOf(run);
    run = [];
  }
  yield* pagesOf(run);
}

/** Splits recipients that are all in memory into pages, in the order of their dispatch ids. */
export function* pagesOf(recipients: readonly Recipient[]): Generator<Page> {
  const ordered = inOrder(recipients);
  for (let start = 0; start < ordered.length; start += pageSize) {
    const page = ordered.slice(start, start + pageSize);
    const { messenger, address } = page[0] as Recipient;
    yield { recipients: page, place: placeOf(messenger, address) };
  }
}

function inOrder(recipients: readonly Recipient[]): readonly Recipient[] {
  const byPlace: Recipient[][] = Array.from({ length: places }, () => []);
  for (const recipient of recipients) byPlace[placeOf(recipient.messenger, recipient.address)]?.push(recipient);
  return byPlace.flat();
}

/** The settlement of a fan-out row. */
export type FanOutSettlement = Extract<Settlement, { status: 'expanded' | 'failed' | 'error' }>;

/** The content of a fan-out row: the recipients of one page, and the common fields of their dispatches. */
interface FanOut {
  readonly dueAt: number;
  readonly priority: number;
  /** The recipients, by the alias of their messenger. */
  readonly recipients: Readonly<Record<string, readonly Addressee[]>>;
}

/** An address, with the id of the application's user if there is one. */
type Addressee = string | readonly [address: string, recipientId: string];

/**
 * Makes the row of one page of recipients. Workers may expand it from `now` on, even if its dispatches are
 * due later.
 */
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

function byMessenger(recipients: readonly Recipient[]): FanOut['recipients'] {
  const lists = Map.groupBy(recipients, ({ messenger }) => messenger);
  return Object.fromEntries(Array.from(lists, ([messenger, list]) => [messenger, list.map(addressee)]));
}

const addressee = ({ address, recipientId }: Recipient): Addressee => (recipientId === undefined ? address : [address, recipientId]);

function dispatchesOf({ dueAt, priority, recipients }: FanOut, messageId: string, type: string): readonly NewDispatch[] {
  return Object.entries(recipients).flatMap(([messenger, addressees]) =>
    addressees.map((addressee) => {
      const [address, recipientId] = typeof addressee === 'string' ? [addressee] : addressee;
      const id = dispatchId(messageId, messenger, address);
      return { id, messageId, type, priority, dueAt, ...recipientOf({ messenger, address, recipientId }) };
    }),
  );
}

/** Returns the settlement of a claimed fan-out row: its dispatches, a retry later, or a failure. */
export async function expand(claim: Claim, type: string, site: SiteContext): Promise<FanOutSettlement> {
  const { id, messageId, fanOut = '', attempt } = claim;
  let content: FanOut | SubscriberFanOut;
  try {
    content = JSON.parse(fanOut);
    if (!('subscribers' in content)) return { id, status: 'expanded', dispatches: dispatchesOf(content, messageId, type) };
  } catch {
    const message = 'This page of recipients cannot be read back from the storage.';
    return { id, status: 'failed', error: { kind: 'permanent', code: 'fan_out_unreadable', message } };
  }
  try {
    return { id, status: 'expanded', dispatches: await expandSubscribers(claim, type, content, site) };
  } catch (error) {
    // Tried again without a limit: the application cannot look up its users now, and no address is wrong.
    const dueAt = (await site.clock.now()) + backoff(defaultRetry, attempt, site.runtime.random());
    return { id, status: 'error', dueAt, error: storedError(error) };
  }
}
