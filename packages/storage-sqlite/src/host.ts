import { ConfigurationError } from '@sitemessage/core';
import type { SqliteDatabase } from './database.ts';

/** @throws ConfigurationError when a handle of the host application is of another database than the storage's, or has begun no transaction. */
export function checkHost(host: SqliteDatabase): void {
  if (!host.prepare("select 1 from sqlite_schema where type = 'table' and name = 'sitemessage_dispatches'").get()) {
    throw new ConfigurationError(
      'The handle that was given to `save()` is of a database without the tables of sitemessage. Open the file that `path` of sqliteStorage() names.',
      { code: 'database_other' },
    );
  }
  if ((host.isTransaction ?? host.inTransaction) === false) {
    throw new ConfigurationError(
      '`save()` was given a handle on which no transaction is open: each statement would be stored by itself, whatever becomes of yours. Begin one first (`begin immediate`); without a transaction, call `scheduleMessages()`.',
      { code: 'storage_no_transaction' },
    );
  }
}
