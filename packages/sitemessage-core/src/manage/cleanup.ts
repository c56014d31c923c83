import type { SiteContext } from '../context.ts';
import type { Pruned } from '../storage/port.ts';
import { check, checkOptions, invalidOption } from '../validate.ts';

export interface CleanupOptions {
  /** Only what was sent at least so many milliseconds ago. */
  readonly olderThan: number;
  /** Keeps the messages, which otherwise go with their last dispatch. Default false. */
  readonly dispatchesOnly?: boolean;
}

const isMs = check.integer(0, undefined, 'whole milliseconds');

/** Small enough that nobody waits for the lock. */
const pruneBatch = 1_000;
/** Long lists that were never stored to their end, because the process died. */
const abandonedAfterMs = 24 * 60 * 60_000;

/** How long a `key` is remembered after its message was deleted. */
const keyKeptMs = 7 * 24 * 60 * 60_000;

/** Deletes what was sent, in small batches. Failed and skipped ones stay for an operator to look at. */
export async function cleanupSent(options: CleanupOptions, { storage, clock }: SiteContext): Promise<Pruned> {
  checkOptions(options, { olderThan: isMs, dispatchesOnly: check.boolean }, { of: 'cleanupSentMessages' });
  const { olderThan, dispatchesOnly = false } = options;
  if (olderThan === undefined) throw invalidOption('olderThan', 'is missing. Give milliseconds, such as 30 * 24 * 60 * 60_000 for 30 days');
  const now = await clock.now();
  const total = { dispatches: 0, messages: 0 };
  for (;;) {
    const pruned = await storage.queue.prune({
      now,
      statuses: ['sent'],
      before: now - olderThan,
      abandonedBefore: now - abandonedAfterMs,
      keysBefore: now - keyKeptMs,
      dispatchesOnly,
      limit: pruneBatch,
    });
    total.dispatches += pruned.dispatches;
    total.messages += pruned.messages;
    if (pruned.dispatches + pruned.messages === 0) return total;
  }
}
