import { ConfigurationError } from '@sitemessage/core';
import type { Storage } from '@sitemessage/core/storage';
import { createClient, createQueries } from './client.ts';
import { checkDatabase, openDatabase, type SqliteDatabase } from './database.ts';
import { fileHandle, givenHandle, type Handle } from './handle.ts';
import { checkHost } from './host.ts';
import { migrate, migrateAll } from './migrate.ts';
import { cancel } from './sql/cancel.ts';
import { claim } from './sql/claim.ts';
import { counts } from './sql/counts.ts';
import { defer } from './sql/defer.ts';
import { enqueue, insertion } from './sql/enqueue.ts';
import { find } from './sql/find.ts';
import { list } from './sql/list.ts';
import { openQueues } from './sql/open-queues.ts';
import { prune } from './sql/prune.ts';
import { report } from './sql/report.ts';
import { requeue } from './sql/requeue.ts';
import { reserve } from './sql/reserve.ts';
import { settle } from './sql/settle.ts';
import { subscriptionsOf } from './sql/subscriptions.ts';
import { suppressionsOf } from './sql/suppressions.ts';

export type SqliteStorageOptions =
  | {
      /** Of the database file, which is created when it is missing; its folder is not. `:memory:` keeps everything in this process. */
      readonly path: string;
      readonly database?: never;
    }
  | {
      /** An open handle of node:sqlite or better-sqlite3. The storage's own from then on: use it for nothing else, and don't close it. */
      readonly database: SqliteDatabase;
      readonly path?: never;
    };

/**
 * The embedded storage: one file, no server. Several processes of one machine may share it; they write one at a time.
 *
 * Not for a file on a network file system, whose locks SQLite's write-ahead log cannot rely on, nor for workers on several
 * machines, nor when more than some ten processes write all the time: take `@sitemessage/storage-postgres` then.
 *
 * Its operations wait up to 10 s for other processes to finish writing, and then throw a TransientError of code `storage_busy`.
 *
 * @throws ConfigurationError when neither or both options are given, or one that is none, when the file cannot be opened, or `database`
 * is no such handle.
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
    // SQLite tells nobody what another process has written.
    watch: () => () => undefined,
    clock: async () => Date.now(),
    migrate: () => migrate(client),
    close: async () => client.close(),
  };
}

function handleOf(given: SqliteStorageOptions): Handle {
  const options: Partial<SqliteStorageOptions> = typeof given === 'object' && given !== null ? given : {};
  const unknown = Object.keys(options).find((name) => name !== 'path' && name !== 'database');
  if (unknown !== undefined) {
    throw new ConfigurationError(`\`${unknown}\` is no option of sqliteStorage(); there are path and database.`, {
      code: 'storage_option',
    });
  }
  const { path, database } = options;
  if ((path === undefined) === (database === undefined)) {
    throw new ConfigurationError(
      `sqliteStorage() takes either \`path\` or \`database\`, and was given ${path === undefined ? 'neither' : 'both'}. Pass { path: 'messages.db' }, or an open handle as \`database\`.`,
      { code: 'storage_option' },
    );
  }
  if (database !== undefined) return givenHandle(checkDatabase(database));
  return path === ':memory:' ? givenHandle(openDatabase(path)) : fileHandle(path as string);
}
