import { DatabaseSync } from 'node:sqlite';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createClient } from '../src/client.ts';
import type { SqliteDatabase } from '../src/database.ts';
import { givenHandle } from '../src/handle.ts';
import { sqliteStorage } from '../src/index.ts';
import { newFile } from './database-file.ts';

describe.each<[what: string, open: (path: string) => SqliteDatabase]>([
  ['node:sqlite', (path) => new DatabaseSync(path)],
  ['better-sqlite3', (path) => new BetterSqlite3(path)],
])('a writer that holds the lock, to a handle of %s,', (_what, open) => {
  it('delays other writers only', async () => {
    const path = await newFile();
    const storage = sqliteStorage({ database: open(path) });
    onTestFinished(() => storage.close());
    await storage.migrate();
    // The same library opens it: two copies of SQLite in one process do not see each other's locks.
    const other = open(path);
    onTestFinished(() => void other.close());
    other.exec('begin immediate');
    let isStored = false;
    const enqueued = storage.queue.enqueue([{ id: 'm', type: 'news', context: '{}', createdAt: 0 }], [], 0).then((added) => {
      isStored = true;
      return added;
    });
    await storage.queue.counts();
    expect(isStored).toBe(false);
    other.exec('commit');
    expect(await enqueued).toEqual(['m']);
  });
});

/** Makes a database on which no transaction can begin for so many seconds. Each attempt takes one of them. */
function lockedFor(seconds: number, error: object): SqliteDatabase & { readonly log: string[] } {
  const log: string[] = [];
  return {
    log,
    exec(sql) {
      log.push(sql);
      if (!sql.startsWith('begin') || seconds <= 0) return;
      seconds -= 1;
      vi.advanceTimersByTime(1_000);
      throw error;
    },
    prepare: () => ({ run: () => ({ changes: 1, lastInsertRowid: 1 }), get: () => undefined, all: () => [] }),
    close: () => undefined,
  };
}

const busy = Object.assign(new Error('database is locked'), { code: 'ERR_SQLITE_ERROR', errcode: 5 });

describe('the wait for a lock', () => {
  // Only the clock is fake. The waits between two attempts take their 50 ms.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('lasts ten seconds, and the work does not start before', async () => {
    const work = vi.fn(() => 'done');
    expect(await createClient(givenHandle(lockedFor(9, busy))).write(work)).toBe('done');
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('ends with an error that says where to look', async () => {
    const work = vi.fn();
    await expect(createClient(givenHandle(lockedFor(11, busy))).write(work)).rejects.toMatchObject({
      kind: 'transient',
      code: 'storage_busy',
      message: expect.stringContaining('locked for 10 s. Look for a process that holds a transaction open'),
      cause: busy,
    });
    expect(work).not.toHaveBeenCalled();
  });

  it.each([
    ['a busy snapshot of node:sqlite', { code: 'ERR_SQLITE_ERROR', errcode: 5 | (2 << 8) }],
    ['a busy recovery of node:sqlite', { code: 'ERR_SQLITE_ERROR', errcode: 5 | (1 << 8) }],
    ['better-sqlite3', { code: 'SQLITE_BUSY' }],
    ['a busy snapshot of better-sqlite3', { code: 'SQLITE_BUSY_SNAPSHOT' }],
  ])('happens with %s', async (_what, fields) => {
    expect(await createClient(givenHandle(lockedFor(1, Object.assign(new Error('locked'), fields)))).read(() => 'done')).toBe('done');
  });

  it.each([
    ['a full disk of node:sqlite', { code: 'ERR_SQLITE_ERROR', errcode: 13 }],
    ['a full disk of better-sqlite3', { code: 'SQLITE_FULL' }],
    ['a table that is locked within this process', { code: 'ERR_SQLITE_ERROR', errcode: 6 }],
    ['a bug', {}],
  ])('does not happen with %s', async (_what, fields) => {
    const error = Object.assign(new Error('something else'), fields);
    await expect(createClient(givenHandle(lockedFor(1, error))).read(() => 'done')).rejects.toBe(error);
  });
});

describe('a transaction', () => {
  it('starts again when the lock is lost in the middle', async () => {
    const database = lockedFor(0, busy);
    let attempts = 0;
    const result = await createClient(givenHandle(database)).write((db) => {
      db.exec('insert');
      attempts += 1;
      if (attempts === 1) throw busy;
      return 'done';
    });
    expect(result).toBe('done');
    expect(database.log.slice(1)).toEqual(['begin immediate', 'insert', 'rollback', 'begin immediate', 'insert', 'commit']);
  });

  it('fails with the first error, also when SQLite has rolled back by itself', async () => {
    const database = lockedFor(0, busy);
    const full = Object.assign(new Error('database or disk is full'), { errcode: 13 });
    const exec = database.exec;
    database.exec = (sql) => {
      if (sql === 'rollback') throw new Error('cannot rollback - no transaction is active');
      return exec(sql);
    };
    await expect(
      createClient(givenHandle(database)).write(() => {
        throw full;
      }),
    ).rejects.toBe(full);
  });
});

describe('the event loop', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  /** Returns the number of turns of the event loop while `work` runs. */
  const turnsDuring = async (work: () => Promise<unknown>): Promise<number> => {
    let turns = 0;
    let isOver = false;
    setImmediate(function count() {
      if (isOver) return;
      turns += 1;
      setImmediate(count);
    });
    await work();
    isOver = true;
    return turns;
  };

  it.each([
    { how: 'long', ms: 5, transactions: 4, turns: 4 },
    { how: 'short', ms: 1, transactions: 20, turns: 4 },
  ])('gets a turn after every 5 ms of $how transactions', async ({ ms, transactions, turns }) => {
    const { read } = createClient(givenHandle(lockedFor(0, busy)));
    const work = async (): Promise<void> => {
      for (let n = 0; n < transactions; n++) await read(() => vi.advanceTimersByTime(ms));
    };
    expect(await turnsDuring(work)).toBe(turns);
  });

  it('gets a turn after a transaction that failed', async () => {
    const { read } = createClient(givenHandle(lockedFor(0, busy)));
    const failing = (): Promise<unknown> =>
      read(() => {
        vi.advanceTimersByTime(5);
        throw new Error('disk full');
      });
    expect(await turnsDuring(() => failing().catch(() => undefined))).toBe(1);
  });
});

describe('the write-ahead log', () => {
  const checkpoints = (log: readonly string[]): number => log.filter((sql) => sql.startsWith('pragma wal_checkpoint')).length;

  it('is copied into the database after 4,000 rows, apart from the commit', async () => {
    const database = lockedFor(0, busy);
    const { write } = createClient(givenHandle(database));
    for (let n = 0; n < 19; n++) {
      await write((db) => {
        for (let row = 0; row < 400; row++) db.run('insert');
      });
    }
    expect(checkpoints(database.log)).toBe(1);
    expect(database.log.at(database.log.findIndex((sql) => sql.startsWith('pragma wal_checkpoint')) - 1)).toBe('commit');
  });

  it('may fail to be copied: what is committed is stored', async () => {
    const database = lockedFor(0, busy);
    const exec = database.exec;
    database.exec = (sql) => {
      if (sql.startsWith('pragma wal_checkpoint')) throw busy;
      return exec(sql);
    };
    const done = createClient(givenHandle(database)).write((db) => {
      for (let row = 0; row < 4_000; row++) db.run('insert');
      return 'done';
    });
    expect(await done).toBe('done');
  });
});
