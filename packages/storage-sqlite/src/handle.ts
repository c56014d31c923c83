import { chmodSync, statSync } from 'node:fs';
import { TransientError } from '@sitemessage/core';
import { openDatabase, type SqliteDatabase } from './database.ts';

/** Where a client gets its database from. */
export interface Handle {
  /**
   * The database, which is another object after it was opened again.
   *
   * @throws TransientError while its file is gone.
   */
  get(): SqliteDatabase;
  /** Opens the file again with the next `get`, for rights that have changed. Returns false when it cannot: there is no path. */
  renew(): boolean;
  close(): void;
}

/** A handle that somebody else has opened, or a database in memory. */
export function givenHandle(database: SqliteDatabase): Handle {
  return { get: () => database, renew: () => false, close: () => void database.close() };
}

/**
 * A file. SQLite keeps the file that it opened, with the rights that it had then: it writes into a file that was deleted, and never writes
 * into one that could only be read. So the path is looked at before each transaction (2 µs), and opened again when it leads to another file.
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
    renew() {
      close();
      shareRights(path);
      return true;
    },
    close,
  };
}

/** Tells one file from another, for as long as the first one is open. Undefined when there is none. */
function fileAt(path: string): string | undefined {
  const file = statSync(path, { bigint: true, throwIfNoEntry: false });
  return file && `${file.dev} ${file.ino}`;
}

/** SQLite gives its two other files the rights that the database had when they were made: read-only ones keep others from writing. */
function shareRights(path: string): void {
  for (const end of ['-wal', '-shm']) {
    try {
      chmodSync(`${path}${end}`, statSync(path).mode);
    } catch {}
  }
}

const gone = (path: string): TransientError =>
  new TransientError(`The database file "${path}" is gone. Put it back, or restart this process to begin with an empty one.`, {
    code: 'database_gone',
  });
