import { ConfigurationError } from '@sitemessage/core';
import type { Queries } from '../client.ts';
import { codeOf } from '../thrown.ts';

/**
 * Locks a table as the `insert` after it would. That is refused outside of a transaction, where nothing else is that takes one round
 * trip: no function tells, and a savepoint takes two.
 *
 * @throws ConfigurationError when no transaction is open: what is stored would stay, whatever becomes of the host's.
 */
export async function refuseAutocommit({ run, tables }: Queries): Promise<void> {
  try {
    await run(`lock table ${tables.messages} in row exclusive mode`);
  } catch (error) {
    if (codeOf(error) !== '25P01') throw error;
    throw new ConfigurationError(
      '`save()` was given a client on which no transaction is open: what it stores would stay, whatever becomes of yours. Begin one on it first, and do not release it before the end; without a transaction, call `scheduleMessages()`.',
      { code: 'storage_no_transaction', cause: error },
    );
  }
}
