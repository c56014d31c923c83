import { ConfigurationError } from '@sitemessage/core';
import { Client } from 'pg';
import type { PostgresPool } from './pg.ts';

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
      /** A pool of `pg`. It stays the caller's, who ends it after `site.close()`. Its `error` events are heard; one that is no emitter has to hear them itself. */
      readonly pool: PostgresPool;
      readonly connectionString?: never;
      readonly connections?: never;
    }
);

/** The options, checked and complete. */
export interface CheckedOptions {
  /** A pool of the caller's, or what to make one of. */
  readonly source: { readonly pool: PostgresPool } | { readonly connectionString: string; readonly connections: number };
  readonly schema: string;
  readonly listenConnectionString: string | undefined;
  /** Statements at once, as far as the storage knows. */
  readonly concurrency: number;
  /** The passwords of the addresses or the pool, which no error may show. */
  readonly secrets: readonly string[];
}

const names = ['connectionString', 'connections', 'pool', 'schema', 'listenConnectionString'];
const defaultSchema = 'sitemessage';
const defaultConnections = 10;
/** PostgreSQL cuts longer names off. */
const longestName = 63;

/** @throws ConfigurationError that names the option which is missing, wrong, or none. */
export function checkOptions(given: PostgresStorageOptions): CheckedOptions {
  const options: Partial<PostgresStorageOptions> = typeof given === 'object' && given !== null ? given : {};
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) throw wrong(unknown, `is no option; there are ${names.join(', ')}`);
  const { schema = defaultSchema, listenConnectionString, connections = defaultConnections } = options;
  checkSchema(schema);
  if (listenConnectionString !== undefined) checkAddress('listenConnectionString', listenConnectionString);
  const source = sourceOf(options, connections);
  const secrets = [passwordOf('pool' in source ? source.pool.options : source), passwordOf({ connectionString: listenConnectionString })];
  return {
    source,
    schema,
    listenConnectionString,
    concurrency: maxOf(options.pool) ?? connections,
    secrets: secrets.filter((secret) => secret !== undefined),
  };
}

/** As `pg` reads it, also from the environment. One that a function of the host makes is not known here. */
function passwordOf(config: PostgresPool['options'] | undefined): string | undefined {
  if (config === undefined) return undefined;
  const { connectionString, password } = config;
  try {
    const found = password ?? new Client(connectionString === undefined ? {} : { connectionString }).password;
    return typeof found === 'string' ? found : undefined;
  } catch {
    // Of a pool that can connect nowhere.
    return undefined;
  }
}

function maxOf(pool: PostgresPool | undefined): number | undefined {
  const max = pool?.options?.max;
  return Number.isInteger(max) && (max as number) > 0 ? max : undefined;
}

function sourceOf({ pool, connectionString, ...options }: Partial<PostgresStorageOptions>, connections: number): CheckedOptions['source'] {
  if (pool !== undefined) {
    if (connectionString !== undefined) throw wrong('connectionString', 'and `pool` exclude one another; leave one out');
    if (options.connections !== undefined) throw wrong('connections', 'and `pool` exclude one another; a pool has its own `max`');
    if (typeof pool?.connect !== 'function' || typeof pool.end !== 'function') throw wrong('pool', 'must be a pool of `pg`');
    return { pool };
  }
  if (connectionString === undefined) throw wrong('connectionString', 'is missing; give it, or a `pool`');
  checkAddress('connectionString', connectionString);
  if (!Number.isInteger(connections) || connections < 1) throw wrong('connections', 'must be an integer of at least 1');
  return { connectionString, connections };
}

function checkSchema(schema: unknown): void {
  if (typeof schema !== 'string' || schema === '' || Buffer.byteLength(schema) > longestName) {
    throw wrong('schema', `must be a name of 1 to ${longestName} bytes`);
  }
  if (schema.includes('\0') || !schema.isWellFormed()) throw wrong('schema', 'must hold no NUL and no half of a surrogate pair');
  if (schema.startsWith('pg_')) throw wrong('schema', "must not begin with pg_, as PostgreSQL's own do");
}

function checkAddress(name: string, address: unknown): void {
  if (typeof address !== 'string' || !/^postgres(ql)?:\/\//.test(address)) {
    throw wrong(name, 'must look like postgres://user:password@host:5432/database');
  }
  try {
    // Connects nothing yet. What it throws would show the password.
    new Client({ connectionString: address });
  } catch {
    throw wrong(
      name,
      'cannot be read; percent-encode what is special in user and password (@ is %40), and look whether the files that it names are there',
    );
  }
}

const wrong = (name: string, problem: string): ConfigurationError =>
  new ConfigurationError(`postgresStorage: \`${name}\` ${problem}.`, { code: 'storage_option' });
