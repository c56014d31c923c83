import { setTimeout as sleep } from 'node:timers/promises';
import { escapeIdentifier, types } from 'pg';
import { storageError } from './errors.ts';

export interface PostgresResult {
  readonly rows: readonly unknown[];
  readonly rowCount: number | null;
}

/** How values are read. Spelled out here, so that who uses this package needs no types of `pg`. */
export interface PostgresTypes {
  getTypeParser(id: number, format?: 'text' | 'binary'): (value: never) => unknown;
}

/** What is used of a connection of `pg`. */
export interface PostgresConnection {
  query(query: { readonly text: string; readonly values: unknown[]; readonly types: PostgresTypes }): Promise<PostgresResult>;
  on(event: 'error', listener: () => void): unknown;
  off(event: 'error', listener: () => void): unknown;
  release(error?: boolean | Error): void;
}

/** What is used of a pool of `pg`. */
export interface PostgresPool {
  connect(): Promise<PostgresConnection>;
  end(): Promise<void>;
}

/** What is used of a transaction of the host application: a client of `pg` that has begun one, or what another library makes of it. */
export interface PostgresTransaction {
  query(text: string, values: unknown[]): PromiseLike<{ readonly rows: readonly unknown[]; readonly rowCount?: number | null }>;
}

/** The names of the tables, as they stand in a statement. */
export interface Tables {
  readonly schema: string;
  readonly migrations: string;
  readonly messages: string;
  readonly queues: string;
  readonly dispatches: string;
  readonly fanOuts: string;
  readonly errors: string;
  readonly staged: string;
  readonly paces: string;
}

/** What runs statements: unnamed ones, which any pooler between here and the server lets through. */
export interface Queries {
  readonly tables: Tables;
  /** Where workers hear of what is stored, if they listen. */
  readonly channel: string | undefined;
  all<Row>(sql: string, ...values: readonly unknown[]): Promise<Row[]>;
  /** Returns how many rows it changed. */
  run(sql: string, ...values: readonly unknown[]): Promise<number>;
}

/** One statement is one transaction. */
export interface Client extends Queries {
  /** All that `work` writes is stored, or nothing of it. It may run again from its start. */
  transaction<T>(work: (db: Queries) => Promise<T>): Promise<T>;
  /** Through a transaction that somebody else has begun. */
  within(host: PostgresTransaction): Queries;
  close(): Promise<void>;
}

/** Two transactions that wait for one another: PostgreSQL has taken one of them back, as if it had never been. */
const deadlocks: readonly unknown[] = ['40P01', '40001'];
const attempts = 5;
const longestWaitMs = 50;

export interface ClientOptions {
  readonly schema: string;
  /** Whether to end the pool. */
  readonly ownsPool: boolean;
  readonly channel: string | undefined;
}

export function createClient(pool: PostgresPool, { schema, ownsPool, channel }: ClientOptions): Client {
  const target: Target = { tables: tablesOf(schema), channel };
  let closing: Promise<void> | undefined;

  const connected = async <T>(work: (db: Queries) => Promise<T>): Promise<T> => {
    const connection = await pool.connect();
    let isBroken = false;
    // A line that breaks between two statements tells nobody else of it, and an error that nobody hears ends the process.
    const onError = (): void => {
      isBroken = true;
    };
    connection.on('error', onError);
    try {
      return await work(queriesOf(connection, target));
    } catch (error) {
      isBroken ||= !isHarmless(error);
      throw error;
    } finally {
      connection.off('error', onError);
      connection.release(isBroken);
    }
  };

  const patiently = async <T>(work: (db: Queries) => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await connected(work);
      } catch (error) {
        if (attempt === attempts || !deadlocks.includes((error as { code?: unknown }).code)) throw storageError(error);
      }
      await sleep(Math.random() * longestWaitMs);
    }
  };

  return {
    ...target,
    all: (sql, ...values) => patiently((db) => db.all(sql, ...values)),
    run: (sql, ...values) => patiently((db) => db.run(sql, ...values)),
    within: (host) => hostQueries(host, target),
    transaction: (work) => patiently((db) => inTransaction(db, work)),
    close() {
      closing ??= ownsPool ? pool.end() : Promise.resolve();
      return closing;
    },
  };
}

async function inTransaction<T>(db: Queries, work: (db: Queries) => Promise<T>): Promise<T> {
  await db.run('begin');
  try {
    const result = await work(db);
    await db.run('commit');
    return result;
  } catch (error) {
    // When the line is broken, the server does it by itself. What matters is the first error.
    await db.run('rollback').catch(() => undefined);
    throw error;
  }
}

/** What statements are about. */
type Target = Pick<Queries, 'tables' | 'channel'>;

/** A connection and a transaction of the host's send statements alike. */
function queriesBy(query: PostgresTransaction['query'], target: Target): Queries {
  return {
    ...target,
    all: async <Row>(sql: string, ...values: readonly unknown[]) => (await query(sql, [...values])).rows as Row[],
    run: async (sql, ...values) => (await query(sql, [...values])).rowCount ?? 0,
  };
}

const queriesOf = (connection: PostgresConnection, target: Target): Queries =>
  queriesBy((text, values) => connection.query({ text, values, types: numbers }), target);

function hostQueries(host: PostgresTransaction, target: Target): Queries {
  return queriesBy(async (text, values) => {
    try {
      return await host.query(text, values);
    } catch (error) {
      throw storageError(error);
    }
  }, target);
}

/** `bigint` comes as text by default. All of ours are times and counts, which fit into a number. */
const numbers: PostgresTypes = {
  getTypeParser: (id, format) => (id === types.builtins.INT8 ? Number : types.getTypeParser(id, format as 'text')),
};

/** A statement that failed leaves the connection as it was. What else the server may say comes before it closes the connection. */
function isHarmless(error: unknown): boolean {
  const { severity, code } = error as { readonly severity?: unknown; readonly code?: unknown };
  return typeof severity === 'string' && !/^(08|28|53|57P|XX)/.test(String(code));
}

function tablesOf(schema: string): Tables {
  const name = (table: string): string => `${escapeIdentifier(schema)}.${table}`;
  return {
    schema,
    migrations: name('migrations'),
    messages: name('messages'),
    queues: name('queues'),
    dispatches: name('dispatches'),
    fanOuts: name('fan_outs'),
    errors: name('errors'),
    staged: name('staged'),
    paces: name('paces'),
  };
}
