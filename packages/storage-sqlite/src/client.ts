import { setTimeout as sleep } from 'node:timers/promises';
import { TransientError } from '@sitemessage/core';
import { isBusy, type SqliteDatabase, type SqliteStatement, type SqliteValue } from './database.ts';

/** What can be done inside a transaction. Every text is prepared once. */
export interface Queries {
  /** Returns how many rows it changed. */
  run(sql: string, ...values: SqliteValue[]): number;
  get<Row>(sql: string, ...values: SqliteValue[]): Row | undefined;
  all<Row>(sql: string, ...values: SqliteValue[]): Row[];
  /** For statements without values. */
  exec(sql: string): void;
}

/** A database shared with other processes. `work` runs within one tick, and again from its start when somebody else is writing. */
export interface Client {
  /** Everything that `work` reads, it reads as of one moment. */
  read<T>(work: (db: Queries) => T): Promise<T>;
  /** All that `work` writes is stored, or nothing of it. Nobody else writes meanwhile. */
  write<T>(work: (db: Queries) => T): Promise<T>;
  close(): void;
}

/** SQLite waits inside a call, and the event loop with it; so it waits for short writes only, and for long ones a timer does. */
const busyTimeoutMs = 100;
const shortestWaitMs = 20;
const longestWaitMs = 50;
const patienceMs = 10_000;

/**
 * `synchronous = full`: what was committed is on the disk, so that a power cut does not bring back dispatches that were sent.
 * A cache of 16 MB instead of 2 saves a tenth of the time with 100,000 open dispatches.
 */
const settings = `
  pragma busy_timeout = ${busyTimeoutMs};
  pragma journal_mode = wal;
  pragma synchronous = full;
  pragma cache_size = -16384;
`;

export function createClient(database: SqliteDatabase): Client {
  const queries = createQueries(database);
  let isSet = false;
  let isClosed = false;

  const transaction = <T>(begin: string, work: (db: Queries) => T): T => {
    if (!isSet) database.exec(settings);
    isSet = true;
    database.exec(begin);
    try {
      const result = work(queries);
      database.exec('commit');
      return result;
    } catch (error) {
      rollBack(database);
      throw error;
    }
  };

  return {
    read: (work) => patiently(() => transaction('begin', work)),
    write: (work) => patiently(() => transaction('begin immediate', work)),
    close() {
      if (isClosed) return;
      isClosed = true;
      database.close();
    },
  };
}

export function createQueries(database: SqliteDatabase): Queries {
  const statements = new Map<string, SqliteStatement>();
  const prepare = (sql: string): SqliteStatement => {
    const known = statements.get(sql);
    if (known) return known;
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  return {
    run: (sql, ...values) => Number(prepare(sql).run(...values).changes),
    get: <Row>(sql: string, ...values: SqliteValue[]) => prepare(sql).get(...values) as Row | undefined,
    all: <Row>(sql: string, ...values: SqliteValue[]) => prepare(sql).all(...values) as Row[],
    exec: (sql) => void database.exec(sql),
  };
}

/** After some errors, such as a full disk, SQLite has rolled back by itself and refuses to do it again. What matters is the first error. */
function rollBack(database: SqliteDatabase): void {
  try {
    database.exec('rollback');
  } catch {}
}

async function patiently<T>(attempt: () => T): Promise<T> {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() >= giveUpAt) {
        throw new TransientError(
          `The SQLite database was locked for ${patienceMs / 1_000} s. Look for a process that holds a transaction open, or use a database server if many write.`,
          { code: 'storage_busy', cause: error },
        );
      }
    }
    await sleep(shortestWaitMs + Math.random() * (longestWaitMs - shortestWaitMs));
  }
}
