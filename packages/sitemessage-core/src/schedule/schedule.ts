import type { SiteContext } from '../context.ts';
import { fanOutRow, splitIntoPages } from '../fan-out/page-row.ts';
import { subscribersRow } from '../fan-out/subscribers.ts';
import type { Recipient } from '../recipient.ts';
import { isSubscribers, type Recipients } from '../recipients/recipients.ts';
import { resolveAll } from '../recipients/resolve.ts';
import type { NewDispatch } from '../storage/records.ts';
import { checkRecipients, type Draft, draftMessages, type Messages } from './drafts.ts';
import { checkScheduleOptions, type ScheduleOptions } from './options.ts';
import { rowsFor } from './rows.ts';

/** The result for one message of a call. */
export interface Scheduled {
  /** The message's id. */
  readonly id: string;
  /** True when this call stored it. False when its `key` was used before, and when there is no recipient. */
  readonly isNew: boolean;
  /**
   * The number of dispatches that this call stored for it. 0 when it is not new. 0 for `subscribers`, who
   * are looked up when the message is due. A recipient that is named twice counts once, but in a call of
   * more than 10,000 dispatches it counts twice here: the duplicate is found later.
   */
  readonly dispatches: number;
}

/** The most dispatches that are stored directly. More are stored as pages, which a worker expands. */
const mostAtOnce = 10_000;

/**
 * Stores each message for all recipients, in one transaction and in constant memory.
 *
 * @throws AddressError for a recipient without a valid address. It says which one.
 * @throws ArgumentError for a wrong argument, option or context. It names the field.
 * @throws ConfigurationError `messenger_unknown`, `message_type_unknown`, `message_type_unsupported` or
 * `subscription_not_allowed`.
 * @throws PermanentError `key_conflict` when the `key` was used for another type or context.
 */
export async function scheduleMessages(
  messages: Messages,
  lists: Recipients | readonly Recipients[],
  options: ScheduleOptions,
  site: SiteContext,
): Promise<readonly Scheduled[]> {
  checkScheduleOptions(options);
  const now = await site.clock.now();
  const drafts = await draftMessages(messages, options, site, now);
  const streams = checkRecipients(lists, drafts, site);

  const work = { drafts, dueAt: options.dueAt ?? now, site, now };
  const scheduled = streams.some(isSubscribers) ? await storeForSubscribers(work) : await storeAll(work, resolveAll(streams, site));
  site.events.emit({
    type: 'scheduled',
    messages: scheduled.map((message, index) => ({ ...message, type: (drafts[index] as Draft).record.type })),
  });
  return scheduled;
}

interface Work {
  readonly drafts: readonly Draft[];
  readonly dueAt: number;
  readonly site: SiteContext;
  readonly now: number;
}

async function* chain(
  first: readonly (readonly Recipient[])[],
  rest: AsyncIterable<readonly Recipient[]>,
): AsyncGenerator<readonly Recipient[]> {
  yield* first;
  yield* rest;
}

/**
 * Reads recipients until it knows if the dispatches are few enough to be stored directly. Closes the caller's
 * iterable, also when the storage never reads it.
 */
async function storeAll(work: Work, recipients: AsyncGenerator<readonly Recipient[], undefined>): Promise<readonly Scheduled[]> {
  const enough = mostAtOnce / Math.max(1, work.drafts.length);
  const ahead: (readonly Recipient[])[] = [];
  try {
    for (let count = 0; count <= enough; ) {
      const some = await recipients.next();
      if (some.done) return await storeAtOnce(work, ahead.flat());
      ahead.push(some.value);
      count += some.value.length;
    }
    return await storePaged(work, chain(ahead, recipients));
  } finally {
    await recipients.return(undefined);
  }
}

async function storeAtOnce({ drafts, dueAt, site, now }: Work, recipients: readonly Recipient[]): Promise<readonly Scheduled[]> {
  if (recipients.length === 0) return drafts.map(({ record }) => ({ id: record.id, dispatches: 0, isNew: false }));
  const { dispatches, counts } = rowsFor(drafts, recipients, dueAt);
  return store(drafts, dispatches, (index) => counts[index] as number, site, now);
}

async function storeForSubscribers({ drafts, dueAt, site, now }: Work): Promise<readonly Scheduled[]> {
  const rows = drafts.map(({ record, priority }) => subscribersRow(record, { dueAt, priority }));
  const marked = drafts.map((draft) => ({ ...draft, record: { ...draft.record, forSubscribers: true as const } }));
  return store(marked, rows, () => 0, site, now);
}

async function storePaged(
  { drafts, dueAt, site, now }: Work,
  recipients: AsyncIterable<readonly Recipient[]>,
): Promise<readonly Scheduled[]> {
  let total = 0;
  async function* rows(): AsyncGenerator<NewDispatch> {
    let index = 0;
    for await (const page of splitIntoPages(recipients)) {
      total += page.recipients.length;
      for (const { record, priority } of drafts) yield fanOutRow(record, index, page, { dueAt, priority, now });
      index += 1;
    }
  }
  return store(drafts, rows(), () => total, site, now);
}

async function store(
  drafts: readonly Draft[],
  dispatches: readonly NewDispatch[] | AsyncIterable<NewDispatch>,
  countOf: (index: number) => number,
  { storage }: SiteContext,
  now: number,
): Promise<readonly Scheduled[]> {
  const records = drafts.map(({ record }) => record);
  const stored = new Set(await storage.queue.enqueue(records, dispatches, now));
  return records.map(({ id }, index) => ({ id, dispatches: stored.has(id) ? countOf(index) : 0, isNew: stored.has(id) }));
}
