import { DatabaseSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement, SqliteValue } from '../src/index.ts';

/** A statement that was run. */
interface Run {
  readonly sql: string;
  readonly values: readonly SqliteValue[];
  /** The number of rows that it returned. */
  readonly rows: number;
}

export interface Recorder {
  /** The handle for the storage. */
  readonly database: SqliteDatabase;
  /** Returns the statements since the previous call. */
  runs(): readonly Run[];
  /** Returns the query plan: the tables and indexes that SQLite reads, and how. */
  plan(run: Run): readonly string[];
  exec(sql: string): void;
}

/** Makes a database in memory that records its statements. */
export function createRecorder(): Recorder {
  const handle = new DatabaseSync(':memory:');
  let runs: Run[] = [];

  const prepare = (sql: string): SqliteStatement => {
    const statement = handle.prepare(sql);
    const note = <T>(values: readonly SqliteValue[], result: T, rows: number): T => {
      runs.push({ sql, values, rows });
      return result;
    };
    return {
      run: (...values) => note(values, statement.run(...values), 0),
      get(...values) {
        const row = statement.get(...values);
        return note(values, row, row === undefined ? 0 : 1);
      },
      all(...values) {
        const rows = statement.all(...values);
        return note(values, rows, rows.length);
      },
    };
  };

  return {
    database: { exec: (sql) => handle.exec(sql), prepare, close: () => handle.close() },
    runs() {
      const seen = runs;
      runs = [];
      return seen;
    },
    plan: ({ sql, values }) =>
      handle
        .prepare(`explain query plan ${sql}`)
        .all(...values)
        .map(({ detail }) => String(detail)),
    exec: (sql) => handle.exec(sql),
  };
}
