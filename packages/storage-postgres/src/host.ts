import type { PostgresTransaction } from './pg.ts';

/** @throws TypeError that says what `save()` takes, for what is no transaction. */
export function checkHost(host: PostgresTransaction): PostgresTransaction {
  if (typeof host?.query !== 'function') {
    const given = host === undefined || host === null ? String(host) : 'something without it';
    throw new TypeError(
      `\`save()\` takes the client of \`pg\` that has begun your transaction, or anything with \`query(text, values)\`; it was given ${given}.`,
    );
  }
  if (isPool(host)) {
    throw new TypeError(
      '`save()` was given a pool, each statement of which may take another connection, outside of your transaction. Take a client by `await pool.connect()`, begin, and give that.',
    );
  }
  return host;
}

/** `pg`'s clients have a `connect` too; what only a pool has is a number of them. */
const isPool = (host: object): boolean => 'connect' in host && 'totalCount' in host;
