import { ConfigurationError } from '../errors.ts';
import { type Runtime, systemRuntime } from '../runtime.ts';
import { wrapStorage } from '../storage/methods.ts';
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

  const notifyWatchers = <T>(stored: T): T => {
    for (const wake of watchers) wake();
    return stored;
  };

  const storage: Storage<void, readonly string[]> = {
    queue: {
      enqueue: async (messages, dispatches, now) => notifyWatchers(await enqueue(table, staging, messages, dispatches, now)),
      claim: async (request) => claim(table, marks, request),
      settle: async (token, settlements, now, marked) => settle(table, marks, token, settlements, now, marked),
      reserve: async (requests, now, until) => rateLimits.reserve(requests, now, until),
      defer: async (key, until) => rateLimits.defer(key, until),
      find: async (id) => find(table, id),
      async *list(filter) {
        yield* list(table, filter);
      },
      counts: async (filter) => counts(table, filter),
      openQueues: async () => openQueues(table),
      requeue: async (filter, now) => requeue(table, filter, now),
      cancel: async (filter, now) => cancel(table, filter, now),
      report: async (id, outcome, now) => report(table, id, outcome, now),
      prune: async (request) => prune(table, staging, marks, request),
    },
    subscriptions: createSubscriptions(),
    suppressions: createSuppressions(),
    // There is no database and no transaction: the messages are stored at once.
    enqueueIn: (_, messages, dispatches, now) => notifyWatchers(enqueueAtOnce(table, messages, dispatches, now)),
    concurrency: 1,
    watch(watcher) {
      const wake = (): void => watcher.wake();
      watchers.add(wake);
      return () => void watchers.delete(wake);
    },
    clock: async () => runtime.now(),
    // No schema to bring up to date.
    migrate: async () => undefined,
    async close() {
      isClosed = true;
    },
  };
  return wrapStorage(storage, (call, answer) => {
    // After `close` it throws, as a database would: tests find code that uses a closed storage.
    if (!isClosed || answer === 'none') return call();
    const error = new ConfigurationError('The storage is closed.', { code: 'storage_closed' });
    if (answer === 'either') throw error;
    return (answer === 'stream' ? rejectingStream(error) : Promise.reject(error)) as never;
  });
}

// biome-ignore lint/correctness/useYield: it rejects before the first item
async function* rejectingStream(error: Error): AsyncGenerator<never> {
  throw error;
}

function checkRuntime(value: unknown): string | undefined {
  return typeof (value as { now?: unknown } | null)?.now === 'function' ? undefined : 'must have a function `now`, like `fakeRuntime()`';
}
