import { nextStatementMs } from './timeouts.ts';

/**
 * Begins a transaction of ours, in which the server gives up when its client has: a client that vanishes inside of it blocks nobody for
 * longer. These limits end with the transaction, so that a pooler may give the connection to somebody else. A lock is waited for half as
 * long as an answer, so that the reason is told and the connection is kept. All in one round trip.
 */
export const begin = (timeoutMs: number): string =>
  `begin; select ${limit('idle_in_transaction_session_timeout', nextStatementMs)}, ${limit('lock_timeout', timeoutMs / 2)}, ${limit('statement_timeout', timeoutMs)}`;

/** Where the user has a limit that is stricter, that one stays. Without one it is 0; the server writes it as an interval. */
function limit(name: string, ms: number): string {
  const current = `pg_catalog.current_setting('${name}')`;
  return `pg_catalog.set_config('${name}', case when ${current}::interval > '0'::interval and ${current}::interval < '${ms} ms'::interval
    then ${current} else '${ms}' end, true)`;
}
