import type { SiteContext } from '../context.ts';
import { fanOutRow, pagesOf } from '../fan-out/page-row.ts';
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

/** Checked messages and recipients, ready to be stored in a transaction of the application. */
export interface Prepared<Transaction, Stored> {
  /**
   * Stores the messages through the transaction. They exist only if it commits. Call it again when the
   * transaction is repeated. It emits no event. Workers find the messages when the storage wakes them, or
   * after `pollIntervalMs`.
   *
   * Returns a promise if the storage's transactions are asynchronous, otherwise the result at once.
   *
   * @throws PermanentError `key_conflict` when the `key` was used for another type or context. The
   * transaction can continue.
   */
  save(transaction: Transaction): Stored extends PromiseLike<unknown> ? Promise<readonly Scheduled[]> : readonly Scheduled[];
}

/** The most dispatches that are stored directly. More are stored as pages, which a worker expands. */
const mostDispatches = 10_000;

/**
 * Does everything that `scheduleMessages` does, except storing. It reads all recipients and keeps them in
 * memory. Use `scheduleMessages` for hundreds of thousands.
 *
 * @throws The errors of `scheduleMessages`, except `key_conflict`, which `save` throws.
 */
export async function prepare(
  messages: Messages,
  lists: Recipients | readonly Recipients[],
  options: ScheduleOptions,
  site: SiteContext,
): Promise<Prepared<never, never>> {
  checkScheduleOptions(options);
  // No call of the storage here: the application may hold the last connection of a pool that both share.
  // The call would wait for ever.
  const now = await site.clock.estimate();
  const drafts = await draftMessages(messages, options, site, now);
  const checked = checkRecipients(lists, drafts, site);
  const isForSubscribers = checked.some(isSubscribers);
  const recipients = isForSubscribers ? [] : (await Array.fromAsync(resolveAll(checked, site))).flat();
  const dueAt = options.dueAt ?? now;
  const { dispatches, counts } = isForSubscribers ? composeForSubscribers(drafts, dueAt) : compose(drafts, recipients, dueAt, now);
  const records = drafts.map(({ record }) => (isForSubscribers ? { ...record, forSubscribers: true as const } : record));
  // A message without a recipient is not stored.
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
