import { closeSync, existsSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigurationError } from '@sitemessage/core';

export type SqliteValue = string | number | null;

/** What is used of a prepared statement. */
export interface SqliteStatement {
  run(...values: SqliteValue[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint };
  get(...values: SqliteValue[]): unknown;
  all(...values: SqliteValue[]): unknown[];
}

/** What is used of a database handle. `DatabaseSync` of node:sqlite and `Database` of better-sqlite3 both have it. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
  close(): unknown;
  /** Of node:sqlite, from Node 22.16. */
  readonly isTransaction?: boolean;
  /** Of better-sqlite3. */
  readonly inTransaction?: boolean;
}

/** @throws ConfigurationError when there is no SQLite to open it with, or it cannot be opened. */
export function openDatabase(path: string): SqliteDatabase {
  if (typeof path !== 'string' || path === '') {
    throw new ConfigurationError('`path` of sqliteStorage() must be the path of a database file, or ":memory:".', {
      code: 'storage_option',
    });
  }
  if (path.startsWith('file:')) {
    throw new ConfigurationError('`path` of sqliteStorage() is a `file:` URL. Pass a path, for example `fileURLToPath(url)` of node:url.', {
      code: 'storage_option',
    });
  }
  // Not imported: on Node 22 that alone prints a warning, also for those who bring better-sqlite3.
  const sqlite = process.getBuiltinModule('node:sqlite') as typeof import('node:sqlite') | undefined;
  if (!sqlite) {
    throw new ConfigurationError(
      '`path` of sqliteStorage() needs node:sqlite, which this runtime does not have. Use Node 22.13 or later, or pass a better-sqlite3 handle as `database`.',
      { code: 'storage_option' },
    );
  }
  let database: SqliteDatabase | undefined;
  try {
    createPrivately(path);
    database = new sqlite.DatabaseSync(path);
    readHeader(database);
    return database;
  } catch (error) {
    database?.close();
    const folder = dirname(path);
    throw new ConfigurationError(
      existsSync(folder)
        ? `\`path\` of sqliteStorage() is "${path}", which cannot be opened: ${(error as Error).message}. Name a database file that this process may read and write, or one that is not there yet.`
        : `\`path\` of sqliteStorage() is "${path}", but there is no folder "${folder}". Create it first.`,
      { code: 'database_unopenable', cause: error },
    );
  }
}

/**
 * Creates a missing file so that only this user can read it: messages hold addresses and codes. SQLite gives its log the same rights. A file
 * that is there is never opened here, because closing it again would end SQLite's locks on it.
 */
function createPrivately(path: string): void {
  if (path === ':memory:') return;
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch {
    // It is there, or cannot be created: then SQLite says why.
  }
}

/** @throws ConfigurationError when it is no handle that this package can work with. */
export function checkDatabase(database: SqliteDatabase): SqliteDatabase {
  const timeout = setBusyTimeout(database);
  if (typeof timeout !== 'number') {
    throw new ConfigurationError(
      typeof timeout === 'bigint'
        ? '`database` of sqliteStorage() returns integers as bigint. Open it without `readBigInts` (node:sqlite) or `defaultSafeIntegers()` (better-sqlite3).'
        : '`database` of sqliteStorage() must be an open handle of node:sqlite (DatabaseSync) or better-sqlite3 (Database) that returns rows as objects.',
      { code: 'storage_option' },
    );
  }
  try {
    readHeader(database);
  } catch (error) {
    throw new ConfigurationError(`\`database\` of sqliteStorage() cannot be read: ${(error as Error).message}. Open another file.`, {
      code: 'database_unopenable',
      cause: error,
    });
  }
  return database;
}

/** An integer that SQLite knows without looking into the file, which others may have locked: from here on it does not block the process for it. */
function setBusyTimeout(database: SqliteDatabase): unknown {
  const isHandle = [database?.exec, database?.prepare, database?.close].every((method) => typeof method === 'function');
  if (!isHandle) return undefined;
  try {
    return (database.prepare('pragma busy_timeout = 0').get() as { timeout?: unknown } | undefined)?.timeout;
  } catch {
    return undefined; // It is closed.
  }
}

/** A locked one is left for later: the first operation waits for it. The last process that closes the file locks it for a moment. */
function readHeader(database: SqliteDatabase): void {
  try {
    database.prepare('select 1').get();
  } catch (error) {
    if (!isBusy(error)) throw error;
  }
}

/** SQLITE_READONLY, whatever the reason. */
export const isReadOnly = (error: unknown): boolean => hasCode(error, 8, 'SQLITE_READONLY');

/** SQLITE_BUSY, whatever the reason. */
export const isBusy = (error: unknown): boolean => hasCode(error, 5, 'SQLITE_BUSY');

/** node:sqlite gives the number of an error, with the reason in the higher bytes, better-sqlite3 its name. */
function hasCode(error: unknown, number: number, name: string): boolean {
  const { errcode, code } = error as { errcode?: unknown; code?: unknown };
  return (typeof errcode === 'number' && (errcode & 0xff) === number) || (typeof code === 'string' && code.startsWith(name));
}
