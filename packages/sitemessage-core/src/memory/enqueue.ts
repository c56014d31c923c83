import { TransientError } from '../errors.ts';
import type { NewDispatch, NewMessage } from '../storage/records.ts';
import { copyDispatch, copyMessage } from './copies.ts';
import type { Table } from './table.ts';

/** What came of an async iterable so far. Kept apart from the table, where nothing can see it. */
interface Batch {
  readonly stagedAt: number;
  readonly dispatches: NewDispatch[];
  /** Some of it was pruned: it cannot be stored as a whole any more. */
  abandoned: boolean;
}

export interface Staging {
  open(now: number): Batch;
  close(batch: Batch): void;
  /** Drops up to `limit` dispatches that were staged before this time. Returns how many. */
  dropBefore(time: number, limit: number): number;
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
    dropBefore(time, limit) {
      let dropped = 0;
      for (const batch of batches) {
        if (batch.stagedAt >= time || dropped >= limit) continue;
        batch.abandoned = true;
        dropped += batch.dispatches.splice(0, limit - dropped).length;
        if (batch.dispatches.length === 0) batches.delete(batch);
      }
      return dropped;
    },
  };
}

export async function enqueue(
  table: Table,
  staging: Staging,
  messages: readonly NewMessage[],
  dispatches: readonly NewDispatch[] | AsyncIterable<NewDispatch>,
  now: number,
): Promise<readonly string[]> {
  if (!(Symbol.asyncIterator in dispatches)) return enqueueAtOnce(table, messages, dispatches, now);

  const given = messages.map(copyMessage);
  const batch = staging.open(now);
  try {
    for await (const dispatch of dispatches) {
      batch.dispatches.push(copyDispatch(dispatch));
      refuseAbandoned(batch);
    }
    refuseAbandoned(batch);
    return publish(table, given, batch.dispatches, now);
  } finally {
    staging.close(batch);
  }
}

export function enqueueAtOnce(
  table: Table,
  messages: readonly NewMessage[],
  dispatches: readonly NewDispatch[],
  now: number,
): readonly string[] {
  return publish(table, messages.map(copyMessage), dispatches.map(copyDispatch), now);
}

function refuseAbandoned(batch: Batch): void {
  if (batch.abandoned) {
    throw new TransientError(
      'Nothing was stored: what had come of the iterable was pruned as abandoned. Schedule it again, and prune only what is older.',
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
