import { ConfigurationError } from '../errors.ts';
import { type Runtime, systemRuntime } from '../runtime.ts';
import type { Storage } from '../storage/port.ts';
import { checkOptions } from '../validate.ts';
import { claim, createInFlightMarks } from './claim.ts';
import { createStaging, enqueue, enqueueAtOnce } from './enqueue.ts';
import { cancel, prune, report, requeue } from './manage.ts';
import { counts, find, list, openQueues } from './queries.ts';
import { createRateLimits } from './rate-limits.ts';
import { settle } from './settle.ts';
import { createSubscriptions } from './subscriptions.ts';
import { createSuppressions } from './suppressions.ts';
import { createTable } from './table.ts';

export interface MemoryStorageOptions {
  /** The source of `clock()`. Default: the system clock. */
  readonly runtime?: Pick<Runtime, 'now'>;
}

/**
 * Creates a storage in memory, for tests, demos and short-lived processes. Its data ends with the process,
 * and no other process sees it.
 *
 * It is the reference for authors of storages. Each method is atomic because it awaits nothing between its
 * first read and its last write. A database needs a transaction.
 *
 * @throws ArgumentError for an unknown or invalid option.
 */
export function memoryStorage(options: MemoryStorageOptions = {}): Storage<void, readonly string[]> {
  checkOptions(options, { runtime: checkRuntime }, { of: 'memoryStorage' });
  const runtime = options.runtime ?? systemRuntime;
  const table = createTable();
  const staging = createStaging();
  const rateLimits = createRateLimits();
  const marks = createInFlightMarks();
  const watchers = new Set<() => void>();
  let isClosed = false;

  /** Throws after `close`, as a database would: tests find code that uses a closed storage. */
  const ifOpen = <T>(part: T): T => {
    if (isClosed) throw new ConfigurationError('The storage is closed.', { code: 'storage_closed' });
    return part;
  };

  const notifyWatchers = <T>(stored: T): T => {
    for (const wake of watchers) wake();
    return stored;
  };

  return {
    queue: {
      enqueue: async (messages, dispatches, now) => notifyWatchers(await enqueue(ifOpen(table), staging, messages, dispatches, now)),
      claim: async (request) => claim(ifOpen(table), marks, request),
      settle: async (token, settlements, now, marked) => settle(ifOpen(table), marks, token, settlements, now, marked),
      reserve: async (requests, now, until) => ifOpen(rateLimits).reserve(requests, now, until),
      defer: async (key, until) => ifOpen(rateLimits).defer(key, until),
      find: async (id) => find(ifOpen(table), id),
      async *list(filter) {
        yield* list(ifOpen(table), filter);
      },
      counts: async (filter) => counts(ifOpen(table), filter),
      openQueues: async () => openQueues(ifOpen(table)),
      requeue: async (filter, now) => requeue(ifOpen(table), filter, now),
      cancel: async (filter, now) => cancel(ifOpen(table), filter, now),
      report: async (id, outcome, now) => report(ifOpen(table), id, outcome, now),
      prune: async (request) => prune(ifOpen(table), staging, marks, request),
    },
    subscriptions: createSubscriptions(() => ifOpen(undefined)),
    suppressions: createSuppressions(() => ifOpen(undefined)),
    // There is no database and no transaction: the messages are stored at once.
    enqueueIn: (_, messages, dispatches, now) => notifyWatchers(enqueueAtOnce(ifOpen(table), messages, dispatches, now)),
    concurrency: 1,
    watch(watcher) {
      const wake = (): void => watcher.wake();
      watchers.add(wake);
      return () => void watchers.delete(wake);
    },
    clock: async () => ifOpen(runtime).now(),
    // No schema to bring up to date.
    migrate: async () => void ifOpen(table),
    async close() {
      isClosed = true;
    },
  };
}

function checkRuntime(value: unknown): string | undefined {
  return typeof (value as { now?: unknown } | null)?.now === 'function' ? undefined : 'must have a function `now`, like `fakeRuntime()`';
}
