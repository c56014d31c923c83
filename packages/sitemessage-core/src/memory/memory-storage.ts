import { type Runtime, systemRuntime } from '../runtime.ts';
import type { Storage } from '../storage/port.ts';
import { claim } from './claim.ts';
import { createStaging, enqueue, enqueueAtOnce } from './enqueue.ts';
import { createPacing } from './pacing.ts';
import { prune } from './prune.ts';
import { counts, find, list } from './reading.ts';
import { settle } from './settle.ts';
import { createTable } from './table.ts';
import { cancel, requeue } from './upkeep.ts';

export interface MemoryStorageOptions {
  /** Where `clock()` gets the time from. Default: the system's. */
  readonly runtime?: Pick<Runtime, 'now'>;
}

/**
 * A storage for tests, demos and short-lived processes. Everything in it is gone with the process, and no other process sees it:
 * whatever must not be lost belongs into a database.
 *
 * It is also the reference for who writes a storage: what it does is what the port means. Each operation runs without awaiting
 * anything between its first read and its last write, and that alone makes it atomic; a database needs a transaction.
 */
export function memoryStorage(options: MemoryStorageOptions = {}): Storage<void, readonly string[]> {
  const runtime = options.runtime ?? systemRuntime;
  const table = createTable();
  const staging = createStaging();
  const pacing = createPacing();

  return {
    queue: {
      enqueue: (messages, dispatches, now) => enqueue(table, staging, messages, dispatches, now),
      claim: async (request) => claim(table, request),
      settle: async (token, settlements, now) => settle(table, token, settlements, now),
      reserve: async (requests, now, until) => pacing.reserve(requests, now, until),
      defer: async (key, until) => pacing.defer(key, until),
      find: async (id) => find(table, id),
      list: (filter) => list(table, filter),
      counts: async (filter) => counts(table, filter),
      requeue: async (filter, now) => requeue(table, filter, now),
      cancel: async (filter, now) => cancel(table, filter, now),
      prune: async (request) => prune(table, staging, request),
    },
    // It is in no database, and so part of no transaction: what is saved is stored.
    enqueueIn: (_, messages, dispatches, now) => enqueueAtOnce(table, messages, dispatches, now),
    clock: async () => runtime.now(),
    // No schema to bring up to date, and nothing open that had to be released.
    migrate: async () => undefined,
    close: async () => undefined,
  };
}
