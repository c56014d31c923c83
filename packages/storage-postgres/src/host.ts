import { ArgumentError, ConfigurationError } from '@sitemessage/core';
import { codeOf } from './errors.ts';
import type { PostgresTransaction } from './pg.ts';
import type { Queries } from './queries.ts';

/** @throws ArgumentError `argument_invalid` when the argument of `save()` cannot be a transaction. */
export function checkHost(host: PostgresTransaction): PostgresTransaction {
  if (typeof host?.query !== 'function') {
    const given = host === undefined || host === null ? String(host) : 'a value without `query`';
    throw new ArgumentError(
      `\`transaction\` of \`save()\` is ${given}. Pass the client of \`pg\` that has begun your transaction, or an object with \`query(text, values)\`.`,
      { field: 'transaction' },
    );
  }
  if (isPool(host)) {
    throw new ArgumentError(
      '`transaction` of `save()` is a pool. Each of its statements may run on another connection, outside your transaction. Pass the client from `await pool.connect()` after its `begin`.',
      { field: 'transaction' },
    );
  }
  return host;
}

/** Clients of `pg` have `connect` too. Only a pool counts its connections. */
const isPool = (host: object): boolean => 'connect' in host && 'totalCount' in host;

/**
 * Locks a table as the `insert` after it would. PostgreSQL refuses that outside of a transaction. It is the
 * only check that takes one round trip: no function tells, and a savepoint takes two.
 *
 * @throws ConfigurationError `storage_no_transaction` when no transaction is open.
 */
export async function refuseAutocommit({ run, tables }: Queries): Promise<void> {
  try {
    await run(`lock table ${tables.messages} in row exclusive mode`);
  } catch (error) {
    if (codeOf(error) !== '25P01') throw error;
    throw new ConfigurationError(
      'No transaction is open on the client that `save()` was given. A rollback of yours would not remove the messages. Begin a transaction on this client first, and release the client after its end. Without a transaction, call `scheduleMessages()`.',
      { code: 'storage_no_transaction', cause: error },
    );
  }
}
