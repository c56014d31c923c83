import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError, TransientError } from '@sitemessage/core';
import { isBusy, isReadOnly, type SqliteDatabase, type SqliteStatement, type SqliteValue } from './database.ts';
import type { Handle } from './handle.ts';

/** Runs statements in a transaction. Prepares each SQL text once. */
export interface Queries {
  /** Returns the number of rows that the statement changed. */
  run(sql: string, ...values: SqliteValue[]): number;
  /** Returns the first row. */
  get<Row>(sql: string, ...values: SqliteValue[]): Row | undefined;
  all<Row>(sql: string, ...values: SqliteValue[]): Row[];
  /** Runs statements without values. */
  exec(sql: string): void;
}

/**
 * Runs transactions on a database that other processes share. `work` runs within one tick, and starts again
 * when another process writes. The event loop runs other work after 5 ms of transactions: calls into SQLite
 * do not yield, so a caller that awaits many of them would block it.
 */
export interface Client {
  /** Runs `work` on one snapshot of the database. */
  read<T>(work: (db: Queries) => T): Promise<T>;
  /** Runs `work` in a transaction that stores everything or nothing. No other process writes meanwhile. */
  write<T>(work: (db: Queries) => T): Promise<T>;
  close(): void;
}

/**
 * The wait of SQLite for a lock, in milliseconds. It blocks the event loop, so a timer waits for longer
 * writes.
 */
const busyTimeoutMs = 100;
/** The waits of the timer between two attempts, in milliseconds. */
const shortestWaitMs = 20;
const longestWaitMs = 50;
/** The time after which an operation gives up on a locked database, in milliseconds. */
const giveUpAfterMs = 10_000;
/** The time of transactions after which the event loop runs other work, in milliseconds. */
const longestBlockMs = 5;
/**
 * The number of changed rows between two checkpoints, which take some 5 ms. With 1,000, all took twice as
 * long.
 */
const checkpointRows = 4_000;

// `synchronous = full` writes each commit to the disk, so a power cut does not bring back dispatches that
// were sent. SQLite's own checkpoints only replace ours that a reader has blocked: they make a commit three
// times as long. A log that grew during a long read is cut to 16 MB when it starts again. With 100,000 open
// dispatches, a cache of 16 MB instead of 2 MB saves a tenth of the time.
const settings = `
  pragma busy_timeout = ${busyTimeoutMs};
  pragma journal_mode = wal;
  pragma synchronous = full;
  pragma wal_autocheckpoint = 4000;
  pragma journal_size_limit = 16777216;
  pragma cache_size = -16384;
`;

export function createClient(handle: Handle, migrateAll: (db: Queries) => void = () => undefined): Client {
  let current: Opened | undefined;
  let isClosed = false;
  let blockedMs = 0;
  let changedRows = 0;

  const counted = (queries: Queries): Queries => ({
    ...queries,
    run(sql, ...values) {
      const changes = queries.run(sql, ...values);
      changedRows += changes;
      return changes;
    },
  });

  /** Migrates a file that has replaced another one: core calls `migrate` only once. */
  const open = (): Opened => {
    const database = handle.get();
    if (database === current?.database) return current;
    database.exec(settings);
    const opened = { database, queries: counted(createQueries(database)) };
    if (current) run(opened, 'begin immediate', migrateAll);
    current = opened;
    return current;
  };

  const transaction = <T>(begin: string, work: (db: Queries) => T): T => {
    if (isClosed) throw new ConfigurationError('The storage is closed.', { code: 'storage_closed' });
    try {
      return run(open(), begin, work);
    } catch (error) {
      if (!isReadOnly(error) || !handle.reopen()) throw error;
      return run(open(), begin, work);
    }
  };

  const yieldingToEventLoop = async <T>(work: () => T): Promise<T> => {
    const startedAt = performance.now();
    try {
      return work();
    } finally {
      blockedMs += performance.now() - startedAt;
      if (blockedMs >= longestBlockMs) {
        blockedMs = 0;
        await setImmediate();
      }
    }
  };

  /** Copies the log into the database. May fail: what is committed is safe in the log. */
  const checkpoint = (): void => {
    if (isClosed) return;
    try {
      current?.database.exec('pragma wal_checkpoint(passive)');
    } catch {}
  };

  return {
    read: (work) => retryWhileBusy(() => yieldingToEventLoop(() => transaction('begin', work))),
    async write(work) {
      const result = await retryWhileBusy(() => yieldingToEventLoop(() => transaction('begin immediate', work)));
      if (changedRows >= checkpointRows) {
        changedRows = 0;
        await yieldingToEventLoop(checkpoint);
      }
      return result;
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      handle.close();
    },
  };
}

/** An open database, with our settings and its prepared statements. */
interface Opened {
  readonly database: SqliteDatabase;
  readonly queries: Queries;
}

function run<T>({ database, queries }: Opened, begin: string, work: (db: Queries) => T): T {
  database.exec(begin);
  try {
    const result = work(queries);
    database.exec('commit');
    return result;
  } catch (error) {
    rollBack(database);
    throw error;
  }
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

/**
 * After some errors, such as a full disk, SQLite has rolled back already and refuses this. The first error
 * counts.
 */
function rollBack(database: SqliteDatabase): void {
  try {
    database.exec('rollback');
  } catch {}
}

async function retryWhileBusy<T>(attempt: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + giveUpAfterMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() >= giveUpAt) {
        throw new TransientError(
          `The SQLite database was locked for ${giveUpAfterMs / 1_000} s. Look for a process that holds a transaction open. If many processes write, use PostgreSQL.`,
          { code: 'storage_busy', cause: error },
        );
      }
    }
    await sleep(shortestWaitMs + Math.random() * (longestWaitMs - shortestWaitMs));
  }
}
