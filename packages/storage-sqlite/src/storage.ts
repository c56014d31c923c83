import { check, checkOptions, invalidOption, type OptionCheck } from '@sitemessage/core';
import type { Storage } from '@sitemessage/core/storage';
import { createClient, createQueries } from './client.ts';
import { checkDatabase, checkHost, openDatabase, owner, type SqliteDatabase } from './database.ts';
import { fileHandle, givenHandle, type Handle } from './handle.ts';
import { migrate, migrateAll } from './migrate.ts';
import { claim } from './sql/claim.ts';
import { enqueue, insertion } from './sql/enqueue.ts';
import { cancel, report, requeue } from './sql/manage.ts';
import { defer, reserve } from './sql/paces.ts';
import { prune } from './sql/prune.ts';
import { counts, openQueues } from './sql/queues.ts';
import { find, list } from './sql/records.ts';
import { settle } from './sql/settle.ts';
import { subscriptionsOf } from './sql/subscriptions.ts';
import { suppressionsOf } from './sql/suppressions.ts';

export type SqliteStorageOptions =
  | {
      /**
       * The path of the database file. A missing file is created, a missing folder is not. `:memory:` keeps
       * everything in this process.
       */
      readonly path: string;
      readonly database?: never;
    }
  | {
      /**
       * An open handle of node:sqlite or better-sqlite3. Use it for nothing else, and let the storage close
       * it.
       */
      readonly database: SqliteDatabase;
      readonly path?: never;
    };

/**
 * Stores messages in one SQLite file, without a server. Several processes of one machine may share it.
 * Methods wait up to 10 s for a locked file, and then throw a TransientError `storage_busy`.
 *
 * @throws ArgumentError `option_unknown` or `option_invalid` that names the option.
 * @throws ConfigurationError `database_unopenable` when the file cannot be opened or read,
 * `sqlite_missing`.
 */
export function sqliteStorage(options: SqliteStorageOptions): Storage<SqliteDatabase, readonly string[]> {
  const client = createClient(handleOf(options), migrateAll);
  return {
    queue: {
      enqueue: (messages, dispatches, now) => enqueue(client, messages, dispatches, now),
      claim: (request) => claim(client, request),
      settle: (token, settlements, now, marks) => settle(client, token, settlements, now, marks),
      reserve: (requests, now, until) => reserve(client, requests, now, until),
      defer: (key, until) => defer(client, key, until),
      find: (id) => find(client, id),
      list: (filter) => list(client, filter),
      counts: (filter) => counts(client, filter),
      openQueues: () => openQueues(client),
      requeue: (filter, now) => requeue(client, filter, now),
      cancel: (filter, now) => cancel(client, filter, now),
      report: (id, outcome, now) => report(client, id, outcome, now),
      prune: (request) => prune(client, request),
    },
    subscriptions: subscriptionsOf(client),
    suppressions: suppressionsOf(client),
    enqueueIn(host, messages, dispatches, now) {
      checkHost(host);
      return insertion(messages, dispatches, now)(createQueries(host));
    },
    concurrency: 1,
    // SQLite does not notify other processes.
    watch: () => () => undefined,
    clock: async () => Date.now(),
    migrate: () => migrate(client),
    close: async () => client.close(),
  };
}

const checkPath: OptionCheck = (path) => {
  if (typeof path !== 'string' || path === '') return 'must be the path of a database file, or ":memory:"';
  return path.startsWith('file:') ? 'is a `file:` URL. Pass a path, for example `fileURLToPath(url)` of node:url' : undefined;
};

/** `checkDatabase` checks the handle itself. */
const checks = { path: checkPath, database: check.anything } satisfies Record<keyof SqliteStorageOptions, OptionCheck>;

function handleOf(options: SqliteStorageOptions): Handle {
  checkOptions(options, checks, { of: owner });
  const { path, database } = options;
  if (database !== undefined) {
    if (path !== undefined) throw invalidOption('path', 'and `database` exclude each other. Pass one of them', owner);
    return givenHandle(checkDatabase(database));
  }
  if (path === undefined)
    throw invalidOption('path', "is missing. Pass it, for example 'messages.db', or an open handle as `database`", owner);
  return path === ':memory:' ? givenHandle(openDatabase(path)) : fileHandle(path);
}
