import type { Queries } from './client.ts';
import { nextStatementMs } from './timeouts.ts';

/** Limits that the server keeps, in milliseconds. 0 is none. */
interface Limits {
  readonly idle_in_transaction_session_timeout: number;
  readonly lock_timeout: number;
  readonly statement_timeout: number;
}

const names = ['idle_in_transaction_session_timeout', 'lock_timeout', 'statement_timeout'] as const satisfies (keyof Limits)[];

/** Begins a transaction in which a statement may take so long. */
export type Begin = (db: Queries, timeoutMs: number) => Promise<void>;

/**
 * Begins transactions in which the server gives up when its client has: a client that vanishes inside of one blocks nobody for longer. The
 * limits end with the transaction, so that a pooler may give the connection to somebody else, and are set in the round trip that begins
 * it. Where the user has a stricter limit, that one stays; it is asked for once. A lock is waited for half as long as an answer, so that
 * the reason is told and the connection is kept.
 */
export function createBegin(): Begin {
  let users: Limits | undefined;
  return async (db, timeoutMs) => {
    const user = users ?? (await readLimits(db));
    users = user;
    const ours: Limits = {
      idle_in_transaction_session_timeout: nextStatementMs,
      lock_timeout: timeoutMs / 2,
      statement_timeout: timeoutMs,
    };
    const settings = names.map((name) => `set local ${name} = ${Math.min(ours[name], user[name] || ours[name])}`);
    await db.run(['begin', ...settings].join('; '));
  };
}

/** The server writes them as intervals. */
async function readLimits(db: Queries): Promise<Limits> {
  const columns = names.map(
    (name) =>
      `(pg_catalog.date_part('epoch', pg_catalog.current_setting('${name}')::interval) * 1000::double precision)::integer as ${name}`,
  );
  const [limits] = await db.all<Limits>(`select ${columns.join(', ')}`);
  return limits as Limits;
}
