import { TransientError } from '../errors.ts';
import type { NewDispatch, NewMessage } from '../storage/records.ts';
import { copyDispatch, copyMessage } from './row.ts';
import type { Table } from './table.ts';

/** The items of an async iterable so far. They stay outside the table, where no other method sees them. */
interface Batch {
  readonly stagedAt: number;
  readonly dispatches: NewDispatch[];
  /** True when `prune` deleted some of the items, so that the whole can no longer be stored. */
  abandoned: boolean;
}

/** The batches of the async iterables that are being read. */
export interface Staging {
  open(now: number): Batch;
  close(batch: Batch): void;
  /** Deletes up to `limit` dispatches that were staged before this time. Returns how many. */
  deleteBefore(time: number, limit: number): number;
}

export function createStaging(): Staging {
  const batches = new Set<Batch>();
  return {
    open(now) {
      const batch: Batch = { stagedAt: now, dispatches: [], abandoned: false };
      batches.add(batch);
      return batch;
    },
    close: (batch) => void batches.delete(batch),
    deleteBefore(time, limit) {
      let deleted = 0;
      for (const batch of batches) {
        if (batch.stagedAt >= time || deleted >= limit) continue;
        batch.abandoned = true;
        deleted += batch.dispatches.splice(0, limit - deleted).length;
        if (batch.dispatches.length === 0) batches.delete(batch);
      }
      return deleted;
    },
  };
}

/** Stores messages with their dispatches. Returns the ids of the new messages. */
export async function enqueue(
  table: Table,
  staging: Staging,
  messages: readonly NewMessage[],
  dispatches: readonly NewDispatch[] | AsyncIterable<NewDispatch>,
  now: number,
): Promise<readonly string[]> {
  if (!(Symbol.asyncIterator in dispatches)) return enqueueAtOnce(table, messages, dispatches, now);

  const copied = messages.map(copyMessage);
  const batch = staging.open(now);
  try {
    for await (const dispatch of dispatches) {
      batch.dispatches.push(copyDispatch(dispatch));
      assertNotAbandoned(batch);
    }
    assertNotAbandoned(batch);
    return publish(table, copied, batch.dispatches, now);
  } finally {
    staging.close(batch);
  }
}

/** Does the same for an array, without awaiting anything. */
export function enqueueAtOnce(
  table: Table,
  messages: readonly NewMessage[],
  dispatches: readonly NewDispatch[],
  now: number,
): readonly string[] {
  return publish(table, messages.map(copyMessage), dispatches.map(copyDispatch), now);
}

function assertNotAbandoned(batch: Batch): void {
  if (batch.abandoned) {
    throw new TransientError(
      'Nothing was stored: the items of the iterable were pruned as abandoned before its end. Schedule it again. Prune only items that are older than the longest iterable takes.',
      { code: 'enqueue_abandoned' },
    );
  }
}

function publish(table: Table, messages: readonly NewMessage[], dispatches: readonly NewDispatch[], now: number): readonly string[] {
  const added = new Set(
    table.keys
      .use(messages)
      .filter((message) => table.addMessage(message))
      .map((message) => message.id),
  );
  for (const dispatch of dispatches) if (added.has(dispatch.messageId)) table.addDispatch(dispatch, now);
  return [...added];
}
