import { isSubscribers, type Recipients } from '../messenger/recipients.ts';
import type { Resolved } from '../messenger/resolve.ts';
import type { Parts } from '../parts.ts';
import type { NewDispatch } from '../storage/records.ts';
import { subscribersRow } from '../subscription/fan-out.ts';
import { checkRecipients, type Draft, draftMessages, type Messages } from './drafts.ts';
import { fanOutRow } from './fan-out.ts';
import { cutIntoPages } from './pages.ts';
import { resolveAll, rowsFor } from './rows.ts';
import { checkScheduleOptions, type ScheduleOptions } from './schedule-options.ts';

/** One message that was scheduled. */
export interface Scheduled {
  readonly id: string;
  /** Whether this call stored it. False when its `key` was used before, and when there is no recipient. */
  readonly isNew: boolean;
  /**
   * How many dispatches this call stored for it: 0 when it is not new. One recipient that is named twice is one dispatch;
   * among more than 10,000 this is found out later, and counted here as often as it was named. 0 for `subscribers`, who are found later.
   */
  readonly dispatches: number;
}

/** Stored in one transaction up to here; beyond, page by page. */
const mostAtOnce = 10_000;

/**
 * Stores each message for all of the recipients: all of it or nothing, in constant memory however many there are.
 *
 * @throws AddressError for a recipient without an address or with a wrong one; it says which.
 * @throws ConfigurationError for an unknown messenger or message type, or a pair of them that does not go together.
 * @throws PermanentError of code `key_conflict` for a `key` that was used for another type or context.
 * @throws TypeError for a context, an option or an argument that is not what it should be; it names the field.
 */
export async function scheduleMessages(
  messages: Messages,
  lists: Recipients | readonly Recipients[],
  options: ScheduleOptions,
  parts: Parts,
): Promise<readonly Scheduled[]> {
  checkScheduleOptions(options);
  const now = await parts.clock.now();
  const drafts = await draftMessages(messages, options, parts, now);
  const streams = checkRecipients(lists, drafts, parts);

  const work = { drafts, dueAt: options.dueAt ?? now, parts, now };
  const scheduled = streams.some(isSubscribers) ? await storeForSubscribers(work) : await storeAll(work, resolveAll(streams, parts));
  parts.events.emit({
    type: 'scheduled',
    messages: scheduled.map((message, index) => ({ ...message, type: (drafts[index] as Draft).record.type })),
  });
  return scheduled;
}

interface Work {
  readonly drafts: readonly Draft[];
  readonly dueAt: number;
  readonly parts: Parts;
  readonly now: number;
}

async function* chain(
  first: readonly (readonly Resolved[])[],
  rest: AsyncIterable<readonly Resolved[]>,
): AsyncGenerator<readonly Resolved[]> {
  yield* first;
  yield* rest;
}

/** Reads until it knows whether all of it fits into one transaction. Closes the caller's iterable, also if the storage never read it. */
async function storeAll(work: Work, recipients: AsyncGenerator<readonly Resolved[], undefined>): Promise<readonly Scheduled[]> {
  const enough = mostAtOnce / Math.max(1, work.drafts.length);
  const ahead: (readonly Resolved[])[] = [];
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

async function storeAtOnce({ drafts, dueAt, parts, now }: Work, recipients: readonly Resolved[]): Promise<readonly Scheduled[]> {
  if (recipients.length === 0) return drafts.map(({ record }) => ({ id: record.id, dispatches: 0, isNew: false }));
  const { dispatches, counts } = rowsFor(drafts, recipients, dueAt);
  return store(drafts, dispatches, (index) => counts[index] as number, parts, now);
}

async function storeForSubscribers({ drafts, dueAt, parts, now }: Work): Promise<readonly Scheduled[]> {
  const rows = drafts.map(({ record, priority }) => subscribersRow(record, { dueAt, priority }));
  const marked = drafts.map((draft) => ({ ...draft, record: { ...draft.record, forSubscribers: true as const } }));
  return store(marked, rows, () => 0, parts, now);
}

async function storePaged(
  { drafts, dueAt, parts, now }: Work,
  recipients: AsyncIterable<readonly Resolved[]>,
): Promise<readonly Scheduled[]> {
  let total = 0;
  async function* rows(): AsyncGenerator<NewDispatch> {
    let index = 0;
    for await (const page of cutIntoPages(recipients)) {
      total += page.recipients.length;
      for (const { record, priority } of drafts) yield fanOutRow(record, index, page, { dueAt, priority, now });
      index += 1;
    }
  }
  return store(drafts, rows(), () => total, parts, now);
}

async function store(
  drafts: readonly Draft[],
  dispatches: readonly NewDispatch[] | AsyncIterable<NewDispatch>,
  countOf: (index: number) => number,
  { storage }: Parts,
  now: number,
): Promise<readonly Scheduled[]> {
  const records = drafts.map(({ record }) => record);
  const stored = new Set(await storage.queue.enqueue(records, dispatches, now));
  return records.map(({ id }, index) => ({ id, dispatches: stored.has(id) ? countOf(index) : 0, isNew: stored.has(id) }));
}
