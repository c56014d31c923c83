/**
 * In a transaction: its commit does not wait for the disk. What the server loses when it goes down are the last commits, none of which
 * waits; so this is for what is worth nothing without a later commit that does, or can be made again.
 * https://www.postgresql.org/docs/18/wal-async-commit.html
 */
export const commitHastily = "pg_catalog.set_config('synchronous_commit', 'off', true)";
