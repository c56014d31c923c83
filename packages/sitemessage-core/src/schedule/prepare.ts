import type { SiteContext } from '../context.ts';
import { fanOutRow } from '../fan-out/page-row.ts';
import { pagesOf } from '../fan-out/pages.ts';
import { subscribersRow } from '../fan-out/subscribers.ts';
import type { Recipient } from '../recipient.ts';
import { isSubscribers, type Recipients } from '../recipients/recipients.ts';
import { resolveAll } from '../recipients/resolve.ts';
import type { Storage } from '../storage/port.ts';
import type { NewDispatch } from '../storage/records.ts';
import { checkRecipients, type Draft, draftMessages, type Messages } from './drafts.ts';
import { checkScheduleOptions, type ScheduleOptions } from './options.ts';
import { rowsFor } from './rows.ts';
import type { Scheduled } from './schedule.ts';

/** Messages with their recipients, checked and complete, that wait for a transaction of the host application. */
export interface Prepared<Transaction, Stored> {
  /**
   * Stores them through the transaction: they are there when it commits, and never were when it does not. It may be called again
   * when the transaction is. No event is told; workers find them when the storage wakes them or they look, after `pollIntervalMs` at the latest.
   *
   * Returns at once or a promise, whichever the storage's transactions need.
   *
   * @throws PermanentError of code `key_conflict` for a `key` that was used for another type or context. The transaction may go on.
   */
  save(transaction: Transaction): Stored extends PromiseLike<unknown> ? Promise<readonly Scheduled[]> : readonly Scheduled[];
}

/** Stored as dispatches up to here; beyond, as pages that a worker expands. */
const mostDispatches = 10_000;

/**
 * Does all of `scheduleMessages` but the storing. The recipients are read to their end, and kept in memory until it is saved; for a
 * list of hundreds of thousands, `scheduleMessages` is the one to take.
 */
export async function prepare(
  messages: Messages,
  lists: Recipients | readonly Recipients[],
  options: ScheduleOptions,
  site: SiteContext,
): Promise<Prepared<never, never>> {
  checkScheduleOptions(options);
  // The application may hold the last connection of a pool that it shares with the storage: to ask for another one would wait for ever.
  const now = await site.clock.estimate();
  const drafts = await draftMessages(messages, options, site, now);
  const checked = checkRecipients(lists, drafts, site);
  const isForSubscribers = checked.some(isSubscribers);
  const recipients = isForSubscribers ? [] : (await Array.fromAsync(resolveAll(checked, site))).flat();
  const dueAt = options.dueAt ?? now;
  const { dispatches, counts } = isForSubscribers ? composeForSubscribers(drafts, dueAt) : compose(drafts, recipients, dueAt, now);
  const records = drafts.map(({ record }) => (isForSubscribers ? { ...record, forSubscribers: true as const } : record));
  // Without a recipient there is nothing to store, not even the message.
  const worthStoring = dispatches.length > 0 ? records : [];

  const scheduled = (stored: readonly string[]): readonly Scheduled[] =>
    records.map(({ id }, index) => {
      const isNew = stored.includes(id);
      return { id, dispatches: isNew ? (counts[index] as number) : 0, isNew };
    });
  return {
    save(transaction) {
      const stored = (site.storage as Storage<never, readonly string[] | Promise<readonly string[]>>).enqueueIn(
        transaction,
        worthStoring,
        dispatches,
        now,
      );
      return (stored instanceof Promise ? stored.then(scheduled) : scheduled(stored)) as never;
    },
  };
}

interface Composed {
  readonly dispatches: readonly NewDispatch[];
  readonly counts: readonly number[];
}

function composeForSubscribers(drafts: readonly Draft[], dueAt: number): Composed {
  return { dispatches: drafts.map(({ record, priority }) => subscribersRow(record, { dueAt, priority })), counts: drafts.map(() => 0) };
}

function compose(drafts: readonly Draft[], recipients: readonly Recipient[], dueAt: number, now: number): Composed {
  if (recipients.length * drafts.length <= mostDispatches) return rowsFor(drafts, recipients, dueAt);
  return {
    dispatches: [...pagesOf(recipients)].flatMap((page, index) =>
      drafts.map(({ record, priority }) => fanOutRow(record, index, page, { dueAt, priority, now })),
    ),
    counts: drafts.map(() => recipients.length),
  };
}
