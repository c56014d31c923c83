import { ConfigurationError } from '../errors.ts';
import { type Runtime, systemRuntime } from '../runtime.ts';
import type { Storage } from '../storage/port.ts';
import { claim } from './claim.ts';
import { createStaging, enqueue, enqueueAtOnce } from './enqueue.ts';
import { createMarks } from './marks.ts';
import { createPacing } from './pacing.ts';
import { prune } from './prune.ts';
import { counts, find, list, openQueues } from './reading.ts';
import { settle } from './settle.ts';
import { createSubscriptions } from './subscriptions.ts';
import { createSuppressions } from './suppressions.ts';
import { createTable } from './table.ts';
import { cancel, report, requeue } from './upkeep.ts';

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
  const marks = createMarks();
  const watchers = new Set<() => void>();
  let isClosed = false;

  /** Nothing is open that had to be released; but who uses a closed storage in a test would use a closed database in production. */
  const open = <T>(part: T): T => {
    if (isClosed) throw new ConfigurationError('The storage is closed.', { code: 'storage_closed' });
    return part;
  };

  const told = <T>(stored: T): T => {
    for (const wake of watchers) wake();
    return stored;
  };

  return {
    queue: {
      enqueue: async (messages, dispatches, now) => told(await enqueue(open(table), staging, messages, dispatches, now)),
      claim: async (request) => claim(open(table), marks, request),
      settle: async (token, settlements, now, marked) => settle(open(table), marks, token, settlements, now, marked),
      reserve: async (requests, now, until) => open(pacing).reserve(requests, now, until),
      defer: async (key, until) => open(pacing).defer(key, until),
      find: async (id) => find(open(table), id),
      async *list(filter) {
        yield* list(open(table), filter);
      },
      counts: async (filter) => counts(open(table), filter),
      openQueues: async () => openQueues(open(table)),
      requeue: async (filter, now) => requeue(open(table), filter, now),
      cancel: async (filter, now) => cancel(open(table), filter, now),
      report: async (id, outcome, now) => report(open(table), id, outcome, now),
      prune: async (request) => prune(open(table), staging, marks, request),
    },
    subscriptions: createSubscriptions(() => open(undefined)),
    suppressions: createSuppressions(() => open(undefined)),
    // It is in no database, and so part of no transaction: what is saved is stored.
    enqueueIn: (_, messages, dispatches, now) => told(enqueueAtOnce(open(table), messages, dispatches, now)),
    concurrency: 1,
    watch(watcher) {
      const wake = (): void => watcher.wake();
      watchers.add(wake);
      return () => void watchers.delete(wake);
    },
    clock: async () => open(runtime).now(),
    // No schema to bring up to date.
    migrate: async () => void open(table),
    async close() {
      isClosed = true;
    },
  };
}
