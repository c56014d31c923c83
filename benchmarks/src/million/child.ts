/**
 * A process that stores a million recipients from an async generator as dispatches, and reports to its
 * parent.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { createSitemessage } from '@sitemessage/core';
import type { Storage } from '@sitemessage/core/storage';
import { postgresStorage } from '@sitemessage/storage-postgres';
import { sqliteStorage } from '@sitemessage/storage-sqlite';
import { Pool } from 'pg';
import { addressOf, recordingMessenger } from '../fixtures.ts';
import { createStopwatch } from './stopwatch.ts';

/** The report to the parent. Times in milliseconds, but `seconds`. */
export interface Report {
  readonly storage: string;
  readonly seconds: number;
  readonly dispatches: number;
  /** The longest transaction, from `begin` to the end of `commit`, and its slowest statement. */
  readonly longestTransaction: { readonly ms: number; readonly what: string };
  /** The longest delay of the event loop. */
  readonly longestDelayMs: number;
  readonly peakMegabytes: number;
}

const count = 1_000_000;
const connectionString = process.argv[2];
const stopwatch = createStopwatch();
const folder = await mkdtemp(join(tmpdir(), 'sitemessage-million-'));

/** A storage, and a function that closes its database. */
interface TimedStorage {
  readonly storage: Storage;
  end(): Promise<void>;
}

function onPostgres(address: string): TimedStorage {
  const pool = new Pool({ connectionString: address, max: 10 });
  const storage = postgresStorage({
    pool: {
      async connect() {
        const connection = await pool.connect();
        return {
          async query(query) {
            const done = stopwatch.statement(connection, query.text);
            try {
              return await connection.query(query);
            } finally {
              done();
            }
          },
          on: (event, listener) => connection.on(event, listener),
          off: (event, listener) => connection.off(event, listener),
          release: (error) => connection.release(error),
        };
      },
      end: () => pool.end(),
    },
  });
  return { storage, end: () => pool.end() };
}

function onSqlite(): TimedStorage {
  const database = new DatabaseSync(join(folder, 'messages.db'));
  const timed = <T>(sql: string, work: () => T): T => {
    const done = stopwatch.statement(database, sql);
    try {
      return work();
    } finally {
      done();
    }
  };
  const storage = sqliteStorage({
    database: {
      exec: (sql) => timed(sql, () => database.exec(sql)),
      prepare(sql) {
        const statement = database.prepare(sql);
        return {
          run: (...values) => timed(sql, () => statement.run(...values)),
          get: (...values) => timed(sql, () => statement.get(...values)),
          all: (...values) => timed(sql, () => statement.all(...values)),
        };
      },
      close: () => database.close(),
    },
  });
  return { storage, end: async () => undefined };
}

async function* recipients(): AsyncGenerator<string> {
  for (let index = 0; index < count; index++) yield addressOf(index);
}

const { storage, end } = connectionString === undefined ? onSqlite() : onPostgres(connectionString);
const site = createSitemessage({
  storage,
  messengers: [recordingMessenger([], { concurrency: 1, sendMs: 0 })({})],
});
await site.counts();
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
const start = performance.now();
await site.scheduleMessages('Hello', site.recipients('post', recipients()));
await site.prepareDispatches();
const seconds = (performance.now() - start) / 1_000;
delay.disable();
// Counting a million open rows is not measured.
const longestTransaction = stopwatch.longest();
const dispatches = (await site.counts()).reduce((sum, { count }) => sum + count, 0);
await site.close();
await end();
await rm(folder, { recursive: true });
const report: Report = {
  storage: connectionString === undefined ? 'SQLite' : 'PostgreSQL',
  seconds,
  dispatches,
  longestTransaction,
  longestDelayMs: delay.max / 1_000_000,
  peakMegabytes: process.resourceUsage().maxRSS / 1_024,
};
process.send?.(report, () => process.disconnect());
