import { chmodSync, statSync } from 'node:fs';
import { TransientError } from '@sitemessage/core';
import { openDatabase, type SqliteDatabase } from './database.ts';

/** Provides the database of a client. */
export interface Handle {
  /**
   * Returns the database. It is another object after the file was opened again.
   *
   * @throws TransientError `database_gone` while the file is missing.
   */
  get(): SqliteDatabase;
  /**
   * Lets the next `get` open the file again, after its permissions have changed. Returns false without a
   * path.
   */
  reopen(): boolean;
  close(): void;
}

/** Makes the handle of a database that is never opened again: the caller's, or one in memory. */
export function givenHandle(database: SqliteDatabase): Handle {
  return { get: () => database, reopen: () => false, close: () => void database.close() };
}

/**
 * Makes the handle of a file. SQLite keeps the file that it opened, with the permissions of that time. It
 * writes into a deleted file, and never into one that was read-only. So `get` checks the path before each
 * transaction (2 µs), and opens it again when it is another file.
 */
export function fileHandle(path: string): Handle {
  let database: SqliteDatabase | undefined = openDatabase(path);
  let opened = fileAt(path);

  const close = (): void => {
    const old = database;
    database = undefined;
    try {
      old?.close();
    } catch {}
  };

  return {
    get() {
      const present = fileAt(path);
      if (present === undefined) throw gone(path);
      if (present !== opened) close();
      if (!database) {
        database = openDatabase(path);
        opened = fileAt(path);
      }
      return database;
    },
    reopen() {
      close();
      copyPermissions(path);
      return true;
    },
    close,
  };
}

/** Returns a text that identifies the file as long as it is open. Undefined when there is no file. */
function fileAt(path: string): string | undefined {
  const file = statSync(path, { bigint: true, throwIfNoEntry: false });
  return file && `${file.dev} ${file.ino}`;
}

/**
 * Gives SQLite's two other files the permissions of the database. They keep those of the time when they were
 * created, and read-only ones would prevent writes.
 */
function copyPermissions(path: string): void {
  for (const end of ['-wal', '-shm']) {
    try {
      chmodSync(`${path}${end}`, statSync(path).mode);
    } catch {}
  }
}

const gone = (path: string): TransientError =>
  new TransientError(`The database file "${path}" is gone. Put it back, or restart this process to begin with an empty file.`, {
    code: 'database_gone',
  });
