import { isTimeout } from './errors.ts';
import type { Queries } from './queries.ts';
import { idleInTransactionMs } from './timeouts.ts';

/** Limits that the server keeps, in milliseconds. 0 is no limit. */
interface Limits {
  readonly idle_in_transaction_session_timeout: number;
  readonly lock_timeout: number;
  readonly statement_timeout: number;
}

const names = ['idle_in_transaction_session_timeout', 'lock_timeout', 'statement_timeout'] as const satisfies (keyof Limits)[];

/** Runs `work` between `begin` and `commit`. Each statement may take `timeoutMs` milliseconds. */
export type RunTransaction = <T>(db: Queries, timeoutMs: number, work: (db: Queries) => Promise<T>) => Promise<T>;

/**
 * Runs transactions with limits at the server, so a client that vanishes inside one blocks others for
 * seconds. The limits end with the transaction: a pooler may give the connection to another client.
 * Stricter limits of the user stay, and are read once. A lock is awaited half as long as an answer, so that
 * the server reports the reason and the connection is kept.
 */
export function createTransactionRunner(): RunTransaction {
  let userLimits: Limits | undefined;

  const begin = async (db: Queries, timeoutMs: number): Promise<void> => {
    const user = userLimits ?? (await readLimits(db));
    userLimits = user;
    const ours: Limits = {
      idle_in_transaction_session_timeout: idleInTransactionMs,
      lock_timeout: timeoutMs / 2,
      statement_timeout: timeoutMs,
    };
    const settings = names.map((name) => `set local ${name} = ${Math.min(ours[name], user[name] || ours[name])}`);
    await db.run(['begin', ...settings].join('; '));
  };

  return async (db, timeoutMs, work) => {
    await begin(db, timeoutMs);
    try {
      const result = await work(db);
      await db.run('commit');
      return result;
    } catch (error) {
      // After a timeout the rollback would wait as long again, and the server rolls back a broken
      // connection by itself. The first error is the one to report.
      if (!isTimeout(error)) await db.run('rollback').catch(() => undefined);
      throw error;
    }
  };
}

/** Reads the limits of the user. The server writes them as intervals. */
async function readLimits(db: Queries): Promise<Limits> {
  const columns = names.map(
    (name) =>
      `(pg_catalog.date_part('epoch', pg_catalog.current_setting('${name}')::interval) * 1000::double precision)::integer as ${name}`,
  );
  const [limits] = await db.all<Limits>(`select ${columns.join(', ')}`);
  return limits as Limits;
}

/**
 * The SQL that lets the commit of this transaction not wait for the disk. A server that crashes loses its
 * last commits, and each commit that waits also writes those before it. So this is for a transaction that
 * is worthless without a later one that waits, or that can be repeated.
 * https://www.postgresql.org/docs/18/wal-async-commit.html
 */
export const asyncCommit = "pg_catalog.set_config('synchronous_commit', 'off', true)";
