import { DatabaseSync } from 'node:sqlite';
import type { SqliteDatabase } from '../../src/index.ts';

/** The moment before the `nth` run of a statement that begins with `at`. */
export interface KillPoint {
  readonly at: string;
  readonly nth: number;
}

/** Opens a handle on the file that kills its process at that moment, as kill -9 does. */
export function killBefore(path: string, { at, nth }: KillPoint): SqliteDatabase {
  const database = new DatabaseSync(path);
  let left = nth;
  const countRun = (sql: string): void => {
    if (!sql.trimStart().startsWith(at)) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  };
  return {
    exec(sql) {
      countRun(sql);
      database.exec(sql);
    },
    prepare(sql) {
      const statement = database.prepare(sql);
      return {
        run(...values) {
          countRun(sql);
          return statement.run(...values);
        },
        get(...values) {
          countRun(sql);
          return statement.get(...values);
        },
        all(...values) {
          countRun(sql);
          return statement.all(...values);
        },
      };
    },
    close: () => database.close(),
  };
}
