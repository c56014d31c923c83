import { DatabaseSync } from 'node:sqlite';
import type { SqliteDatabase } from '../../src/index.ts';

/** The moment before a statement that begins so is run for the `nth` time. */
export interface Death {
  readonly at: string;
  readonly nth: number;
}

/** A handle on the file whose process is killed at that moment, as kill -9 does. */
export function mortal(path: string, { at, nth }: Death): SqliteDatabase {
  const database = new DatabaseSync(path);
  let left = nth;
  const live = (sql: string): void => {
    if (!sql.trimStart().startsWith(at)) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  };
  return {
    exec(sql) {
      live(sql);
      database.exec(sql);
    },
    prepare(sql) {
      const statement = database.prepare(sql);
      return {
        run(...values) {
          live(sql);
          return statement.run(...values);
        },
        get(...values) {
          live(sql);
          return statement.get(...values);
        },
        all(...values) {
          live(sql);
          return statement.all(...values);
        },
      };
    },
    close: () => database.close(),
  };
}
