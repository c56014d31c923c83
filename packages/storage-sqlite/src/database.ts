import { closeSync, existsSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { ArgumentError, ConfigurationError, invalidOption } from '@sitemessage/core';

export type SqliteValue = string | number | null;

/** A prepared statement, as far as this package uses it. */
export interface SqliteStatement {
  run(...values: SqliteValue[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint };
  get(...values: SqliteValue[]): unknown;
  all(...values: SqliteValue[]): unknown[];
}

/** A database handle: `DatabaseSync` of node:sqlite or `Database` of better-sqlite3. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
  close(): unknown;
  /** True inside a transaction. Only node:sqlite has it, from Node 22.16. */
  readonly isTransaction?: boolean;
  /** True inside a transaction. Only better-sqlite3 has it. */
  readonly inTransaction?: boolean;
}

/** The owner of the options, for errors. */
export const owner = 'sqliteStorage';

/**
 * @throws ConfigurationError `sqlite_missing` without node:sqlite, `database_unopenable` when the file
 * cannot be opened.
 */
export function openDatabase(path: string): SqliteDatabase {
  // An import would print a warning on Node 22, also for users of better-sqlite3.
  const sqlite = process.getBuiltinModule('node:sqlite') as typeof import('node:sqlite') | undefined;
  if (!sqlite) {
    throw new ConfigurationError(
      '`path` of sqliteStorage needs node:sqlite, which this runtime does not have. Use Node 22.13 or later, or pass a better-sqlite3 handle as `database`.',
      { code: 'sqlite_missing' },
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
        ? `\`path\` of sqliteStorage is "${path}", which cannot be opened: ${(error as Error).message}. Name a database file that this process may read and write, or a new one.`
        : `\`path\` of sqliteStorage is "${path}", but there is no folder "${folder}". Create it first.`,
      { code: 'database_unopenable', cause: error },
    );
  }
}

/**
 * Creates a missing file that only this user can read: messages hold addresses and codes. SQLite gives its
 * log the same permissions. An existing file is not opened here, because closing it would release SQLite's
 * locks on it.
 */
function createPrivately(path: string): void {
  if (path === ':memory:') return;
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch {
    // The file exists, or cannot be created. SQLite reports the reason.
  }
}

/**
 * Checks a handle of the caller.
 *
 * @throws ArgumentError `option_invalid` when this package cannot work with the handle.
 * @throws ConfigurationError `database_unopenable` when the file cannot be read.
 */
export function checkDatabase(database: SqliteDatabase): SqliteDatabase {
  const timeout = setBusyTimeout(database);
  if (typeof timeout !== 'number') {
    const problem =
      typeof timeout === 'bigint'
        ? 'returns integers as bigint. Open it without `readBigInts` (node:sqlite) or `defaultSafeIntegers()` (better-sqlite3)'
        : 'must be an open handle of node:sqlite (DatabaseSync) or better-sqlite3 (Database) that returns rows as objects';
    throw invalidOption('database', problem, owner);
  }
  try {
    readHeader(database);
  } catch (error) {
    throw new ConfigurationError(`\`database\` of sqliteStorage cannot be read: ${(error as Error).message}. Open another file.`, {
      code: 'database_unopenable',
      cause: error,
    });
  }
  return database;
}

/**
 * Sets the busy timeout to 0, so that the check of the header does not block the process. Returns the
 * timeout, which SQLite knows without reading the file. Another process may have locked it.
 */
function setBusyTimeout(database: SqliteDatabase): unknown {
  const isHandle = [database?.exec, database?.prepare, database?.close].every((method) => typeof method === 'function');
  if (!isHandle) return undefined;
  try {
    return (database.prepare('pragma busy_timeout = 0').get() as { timeout?: unknown } | undefined)?.timeout;
  } catch {
    return undefined; // The handle is closed.
  }
}

/**
 * Accepts a locked file: the first operation waits for it. The last process that closes a file locks it
 * briefly.
 */
function readHeader(database: SqliteDatabase): void {
  try {
    database.prepare('select 1').get();
  } catch (error) {
    if (!isBusy(error)) throw error;
  }
}

/**
 * Checks the handle that `save()` was given.
 *
 * @throws ArgumentError `argument_invalid` when it is not a handle.
 * @throws ConfigurationError `database_other` when its database lacks the tables,
 * `storage_no_transaction` when no transaction is open on it.
 */
export function checkHost(host: SqliteDatabase): void {
  if (typeof host?.prepare !== 'function') {
    throw new ArgumentError(
      '`transaction` of `save()` must be an open handle of node:sqlite (DatabaseSync) or better-sqlite3 (Database). Pass the handle that has begun your transaction.',
      { field: 'transaction' },
    );
  }
  if (!host.prepare("select 1 from sqlite_schema where type = 'table' and name = 'sitemessage_dispatches'").get()) {
    throw new ConfigurationError(
      'The database of the handle that `save()` was given has no tables of sitemessage. Open the file that `path` of sqliteStorage names.',
      { code: 'database_other' },
    );
  }
  if ((host.isTransaction ?? host.inTransaction) === false) {
    throw new ConfigurationError(
      'No transaction is open on the handle that `save()` was given. A rollback of yours would not remove the messages. Run `begin immediate` on this handle first. Without a transaction, call `scheduleMessages()`.',
      { code: 'storage_no_transaction' },
    );
  }
}

/** Returns whether the error is SQLITE_READONLY or one of its extended codes. */
export const isReadOnly = (error: unknown): boolean => hasCode(error, 8, 'SQLITE_READONLY');

/** Returns whether the error is SQLITE_BUSY or one of its extended codes. */
export const isBusy = (error: unknown): boolean => hasCode(error, 5, 'SQLITE_BUSY');

/**
 * node:sqlite has the number of a code, with the extended code in the higher bytes. better-sqlite3 has its
 * name.
 */
function hasCode(error: unknown, number: number, name: string): boolean {
  const { errcode, code } = error as { errcode?: unknown; code?: unknown };
  return (typeof errcode === 'number' && (errcode & 0xff) === number) || (typeof code === 'string' && code.startsWith(name));
}
