import { check, checkOptions as checkNames, invalidOption, type OptionCheck } from '@sitemessage/core';
import { Client } from 'pg';
import type { PostgresPool } from './pg.ts';

export type PostgresStorageOptions = {
  /** The schema of the tables. Created when it is missing. Default `sitemessage`. */
  readonly schema?: string;
  /**
   * A URL of the database for `LISTEN`, which wakes idle workers as soon as a dispatch is stored. Set it
   * where messages are scheduled and where workers run. A worker needs one more connection, directly to the
   * server: a pooler in transaction mode loses notifications. Each transaction that stores a due dispatch
   * locks the whole server during its commit (https://www.postgresql.org/docs/18/sql-notify.html). Default:
   * workers only poll.
   */
  readonly listenConnectionString?: string;
} & (
  | {
      /**
       * The URL of the database: `postgres://user:password@host:5432/database`. All parameters of `pg` work:
       * https://node-postgres.com/features/connecting.
       */
      readonly connectionString: string;
      /** The number of connections at most. Default 10. */
      readonly connections?: number;
      readonly pool?: never;
    }
  | {
      /**
       * A pool of `pg`. End it after `site.close()`. The storage ignores its `error` events; a pool that is
       * not an emitter has to do so itself.
       */
      readonly pool: PostgresPool;
      readonly connectionString?: never;
      readonly connections?: never;
    }
);

/** The options, checked and complete. */
export interface CheckedOptions {
  /** A pool of the caller, or the options of our own. */
  readonly source: { readonly pool: PostgresPool } | { readonly connectionString: string; readonly connections: number };
  readonly schema: string;
  readonly listenConnectionString: string | undefined;
  /** The number of statements that run at the same time. */
  readonly concurrency: number;
  /** The passwords of the URLs or the pool, which no error may show. */
  readonly secrets: readonly string[];
}

const owner = 'postgresStorage';
const defaultSchema = 'sitemessage';
const defaultConnections = 10;
/** The bytes of the longest name. PostgreSQL cuts longer ones. */
const longestName = 63;

const checkUrl: OptionCheck = (url) => {
  if (typeof url !== 'string' || !/^postgres(ql)?:\/\//.test(url)) return 'must look like postgres://user:password@host:5432/database';
  try {
    // This opens no connection. Its error would show the password.
    new Client({ connectionString: url });
    return undefined;
  } catch {
    return 'cannot be read. Percent-encode special characters of the user and the password (@ is %40). Check the files that it names';
  }
};

const checkPool: OptionCheck = (pool) => {
  const { connect, end } = (pool ?? {}) as Partial<PostgresPool>;
  return typeof connect === 'function' && typeof end === 'function' ? undefined : 'must be a pool of `pg`';
};

const checkSchema: OptionCheck = (schema) => {
  if (typeof schema !== 'string' || schema === '' || Buffer.byteLength(schema) > longestName) {
    return `must be a name of 1 to ${longestName} bytes`;
  }
  if (schema.includes('\0') || !schema.isWellFormed()) return 'holds a NUL or half of a surrogate pair';
  return schema.startsWith('pg_') ? 'begins with pg_, which PostgreSQL keeps for itself. Choose another name' : undefined;
};

const checks = {
  connectionString: checkUrl,
  connections: check.integer(1),
  pool: checkPool,
  schema: checkSchema,
  listenConnectionString: checkUrl,
} satisfies Record<keyof PostgresStorageOptions, OptionCheck>;

/** @throws ArgumentError `option_unknown` or `option_invalid` that names the option. */
export function checkOptions(options: PostgresStorageOptions): CheckedOptions {
  checkNames(options, checks, { of: owner });
  const { pool, connectionString, connections, schema = defaultSchema, listenConnectionString } = options;
  const source = sourceOf(pool, connectionString, connections);
  const secrets = [passwordOf('pool' in source ? source.pool.options : source), passwordOf({ connectionString: listenConnectionString })];
  return {
    source,
    schema,
    listenConnectionString,
    concurrency: maxOf(pool) ?? connections ?? defaultConnections,
    secrets: secrets.filter((secret) => secret !== undefined),
  };
}

function sourceOf(
  pool: PostgresPool | undefined,
  connectionString: string | undefined,
  connections: number | undefined,
): CheckedOptions['source'] {
  if (pool !== undefined) {
    if (connectionString !== undefined) throw invalidOption('connectionString', 'and `pool` exclude each other. Pass one of them', owner);
    if (connections !== undefined) throw invalidOption('connections', 'and `pool` exclude each other. Set `max` of the pool', owner);
    return { pool };
  }
  if (connectionString === undefined) throw invalidOption('connectionString', 'is missing. Pass it, or a `pool`', owner);
  return { connectionString, connections: connections ?? defaultConnections };
}

/**
 * Reads the password as `pg` does, also from the environment. The result of a password function is not
 * known here.
 */
function passwordOf(config: PostgresPool['options'] | undefined): string | undefined {
  if (config === undefined) return undefined;
  const { connectionString, password } = config;
  try {
    const found = password ?? new Client(connectionString === undefined ? {} : { connectionString }).password;
    return typeof found === 'string' ? found : undefined;
  } catch {
    // The pool's own URL cannot be read, so the pool cannot connect either.
    return undefined;
  }
}

function maxOf(pool: PostgresPool | undefined): number | undefined {
  const max = pool?.options?.max;
  return Number.isInteger(max) && (max as number) > 0 ? max : undefined;
}
