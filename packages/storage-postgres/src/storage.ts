import { ConfigurationError, type Storage } from '@sitemessage/core';
import { Client as Connection, Pool } from 'pg';
import { type Client, createClient, type PostgresPool, type PostgresTransaction } from './client.ts';
import { createListener, type Listener } from './listener.ts';
import { migrate } from './migrate.ts';
import { cancel } from './sql/cancel.ts';
import { claim } from './sql/claim.ts';
import { clock } from './sql/clock.ts';
import { counts } from './sql/counts.ts';
import { defer } from './sql/defer.ts';
import { enqueue, enqueueIn } from './sql/enqueue.ts';
import { find } from './sql/find.ts';
import { list } from './sql/list.ts';
import { prune } from './sql/prune.ts';
import { requeue } from './sql/requeue.ts';
import { reserve } from './sql/reserve.ts';
import { settle } from './sql/settle.ts';

export type PostgresStorageOptions = {
  /** Of the tables. Created when it is missing. Default `sitemessage`. */
  readonly schema?: string;
  /**
   * Wakes idle workers as soon as something is stored, where they would look after their `pollIntervalMs`: give it to whoever schedules and to
   * whoever works. A worker then keeps one more connection, to this address, which must lead to the server itself: a pooler that gives
   * connections for a transaction at a time loses what is said (`LISTEN`). Each transaction that stores takes a lock of the whole server
   * when it commits (https://www.postgresql.org/docs/18/sql-notify.html); so not for many small ones a second. Default: none, workers look by themselves.
   */
  readonly listenConnectionString?: string;
} & (
  | {
      /** `postgres://user:password@host:5432/database`; everything that `pg` understands: https://node-postgres.com/features/connecting. */
      readonly connectionString: string;
      /** Connections at most. Default 10. */
      readonly connections?: number;
      readonly pool?: never;
    }
  | {
      /** A pool of `pg`. It stays the caller's, who ends it after `site.close()`. Listen to its `error` event, or a broken idle connection ends the process. */
      readonly pool: PostgresPool;
      readonly connectionString?: never;
      readonly connections?: never;
    }
);

const defaultSchema = 'sitemessage';
const defaultConnections = 10;
/** PostgreSQL cuts longer names off. */
const longestName = 63;
const connectionTimeoutMs = 10_000;

/**
 * The storage for many workers on many machines: PostgreSQL 13 or later. Works behind a pooler that gives connections for a
 * transaction at a time, such as PgBouncer's transaction mode.
 *
 * Not for an application that runs on one machine and has no PostgreSQL yet: `@sitemessage/storage-sqlite` needs no server.
 *
 * Its operations throw a TransientError of code `storage_unreachable` when the server cannot be reached.
 *
 * @throws ConfigurationError that names the option which is missing or wrong.
 */
export function postgresStorage(options: PostgresStorageOptions): Storage<PostgresTransaction, Promise<readonly string[]>> {
  const client = clientOf(options);
  const listener = listenerOf(options);
  return {
    queue: {
      enqueue: (messages, dispatches, now) => enqueue(client, messages, dispatches, now),
      claim: (request) => claim(client, request),
      settle: (token, settlements, now) => settle(client, token, settlements, now),
      reserve: (requests, now, until) => reserve(client, requests, now, until),
      defer: (key, until) => defer(client, key, until),
      find: (id) => find(client, id),
      list: (filter) => list(client, filter),
      counts: (filter) => counts(client, filter),
      requeue: (filter, now) => requeue(client, filter, now),
      cancel: (filter, now) => cancel(client, filter, now),
      prune: (request) => prune(client, request),
    },
    enqueueIn: (host, messages, dispatches, now) => enqueueIn(client, host, messages, dispatches, now),
    concurrency: options.connections ?? defaultConnections,
    watch: (wake) => listener?.watch(wake) ?? (() => undefined),
    clock: () => clock(client),
    migrate: () => migrate(client),
    async close() {
      await listener?.close();
      await client.close();
    },
  };
}

function clientOf({
  connectionString,
  connections = defaultConnections,
  pool,
  schema = defaultSchema,
  listenConnectionString,
}: Partial<PostgresStorageOptions> = {}): Client {
  if (typeof schema !== 'string' || schema === '' || schema.includes('\0') || Buffer.byteLength(schema) > longestName) {
    throw wrong('schema', `must be a name of 1 to ${longestName} bytes`);
  }
  if (listenConnectionString !== undefined) checkAddress('listenConnectionString', listenConnectionString);
  const channel = listenConnectionString === undefined ? undefined : schema;
  if (pool !== undefined) {
    if (connectionString !== undefined) throw wrong('connectionString', 'and `pool` exclude one another; leave one out');
    if (typeof pool.connect !== 'function' || typeof pool.end !== 'function') throw wrong('pool', 'must be a pool of `pg`');
    return createClient(pool, { schema, ownsPool: false, channel });
  }
  if (connectionString === undefined) throw wrong('connectionString', 'is missing; give it, or a `pool`');
  checkAddress('connectionString', connectionString);
  if (!Number.isInteger(connections) || connections < 1) throw wrong('connections', 'must be an integer of at least 1');
  const own = new Pool({ connectionString, max: connections, connectionTimeoutMillis: connectionTimeoutMs });
  // A connection that breaks while nobody uses it is replaced when one is wanted.
  own.on('error', () => undefined);
  return createClient(own as unknown as PostgresPool, { schema, ownsPool: true, channel });
}

/** Its channel is named after the schema: whoever stores elsewhere in the same database wakes nobody here. */
function listenerOf({ listenConnectionString, schema = defaultSchema }: PostgresStorageOptions): Listener | undefined {
  return listenConnectionString === undefined ? undefined : createListener(listenConnectionString, schema);
}

function checkAddress(name: string, address: unknown): void {
  if (typeof address !== 'string' || !/^postgres(ql)?:\/\//.test(address)) {
    throw wrong(name, 'must look like postgres://user:password@host:5432/database');
  }
  try {
    // Connects nothing yet. What it throws would show the password.
    new Connection({ connectionString: address });
  } catch {
    throw wrong(
      name,
      'cannot be read; percent-encode what is special in user and password (@ is %40), and look whether the files that it names are there',
    );
  }
}

const wrong = (name: string, problem: string): ConfigurationError =>
  new ConfigurationError(`postgresStorage: \`${name}\` ${problem}.`, { code: 'storage_option' });
