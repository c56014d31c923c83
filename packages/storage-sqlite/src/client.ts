import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError, TransientError } from '@sitemessage/core';
import { isBusy, isReadOnly, type SqliteDatabase, type SqliteStatement, type SqliteValue } from './database.ts';
import type { Handle } from './handle.ts';

/** What can be done inside a transaction. Every text is prepared once. */
export interface Queries {
  /** Returns how many rows it changed. */
  run(sql: string, ...values: SqliteValue[]): number;
  get<Row>(sql: string, ...values: SqliteValue[]): Row | undefined;
  all<Row>(sql: string, ...values: SqliteValue[]): Row[];
  /** For statements without values. */
  exec(sql: string): void;
}

/**
 * A database shared with other processes. `work` runs within one tick, and again from its start when somebody else is writing. After
 * some milliseconds of work the event loop gets a turn: no call into SQLite waits, and whoever awaits one after the other would keep it.
 */
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
/** Of work without a turn of the event loop. */
const longestStretchMs = 5;
/** Rows changed between two checkpoints. One takes some 5 ms; of 1,000 rows each, they took twice as long in all. */
const checkpointRows = 4_000;

/**
 * `synchronous = full`: what was committed is on the disk, so that a power cut does not bring back dispatches that were sent.
 * A log that grew behind a long reader is cut to 16 MB when it begins anew. A cache of 16 MB instead of 2 saves a tenth of the time with 100,000 open dispatches. SQLite's own checkpoints are for what other
 * readers kept ours from: they are a part of the commit, which then takes three times as long.
 */
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
  let stretchMs = 0;
  let changedRows = 0;

  const counted = (queries: Queries): Queries => ({
    ...queries,
    run(sql, ...values) {
      const changes = queries.run(sql, ...values);
      changedRows += changes;
      return changes;
    },
  });

  /** A file that takes the place of another one gets its tables here: core asks for them only once. */
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
      if (!isReadOnly(error) || !handle.renew()) throw error;
      return run(open(), begin, work);
    }
  };

  const inTurns = async <T>(work: () => T): Promise<T> => {
    const startedAt = performance.now();
    try {
      return work();
    } finally {
      stretchMs += performance.now() - startedAt;
      if (stretchMs >= longestStretchMs) {
        stretchMs = 0;
        await setImmediate();
      }
    }
  };

  /** Brings what the log holds into the database, in a turn of its own. Whatever keeps it from that: what is committed is safe. */
  const checkpoint = (): void => {
    if (isClosed) return;
    try {
      current?.database.exec('pragma wal_checkpoint(passive)');
    } catch {}
  };

  return {
    read: (work) => patiently(() => inTurns(() => transaction('begin', work))),
    async write(work) {
      const result = await patiently(() => inTurns(() => transaction('begin immediate', work)));
      if (changedRows >= checkpointRows) {
        changedRows = 0;
        await inTurns(checkpoint);
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

/** A database with its settings, and its prepared statements. */
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

/** After some errors, such as a full disk, SQLite has rolled back by itself and refuses to do it again. What matters is the first error. */
function rollBack(database: SqliteDatabase): void {
  try {
    database.exec('rollback');
  } catch {}
}

async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    try {
      return await attempt();
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
