import { ConfigurationError, TransientError } from '@sitemessage/core';

/**
 * What `pg` threw, in core's words where there is something to do about it. https://www.postgresql.org/docs/18/errcodes-appendix.html
 * Its messages name the user and the database, and never the password. `option` is where the address came from.
 */
export function storageError(error: unknown, option: 'connectionString' | 'listenConnectionString' = 'connectionString'): unknown {
  const { code, message = '' } = error as { readonly code?: unknown; readonly message?: string };
  if (typeof code !== 'string') return withoutCode(error, message);
  if (/^28/.test(code) || code === '3D000') {
    return new ConfigurationError(`PostgreSQL refuses the connection: ${message}. Check \`${option}\` of postgresStorage().`, {
      code: 'storage_refused',
      cause: error,
    });
  }
  if (code === '42501') {
    return new ConfigurationError(
      `PostgreSQL refuses it: ${message}. The user needs its schema, or the right to create one: \`create schema sitemessage authorization <user>\`.`,
      { code: 'storage_refused', cause: error },
    );
  }
  if (code === '42P01' || code === '3F000') {
    return new ConfigurationError(`The tables are missing: ${message}. Call \`migrate()\` of the storage first.`, {
      code: 'storage_not_migrated',
      cause: error,
    });
  }
  // A server that goes down or is full, and the names that Node gives to broken lines.
  return /^(08|53|57P)/.test(code) || /^E[A-Z_]+$/.test(code) ? unreachable(error) : error;
}

/** Whether the answer to a statement did not come in time. */
export const isUnanswered = (error: unknown): boolean => (error as Error).message === 'Query read timeout';

/** What `pg` says by itself. */
function withoutCode(error: unknown, message: string): unknown {
  if (isUnanswered(error)) {
    return new TransientError(
      'PostgreSQL has not answered in time. Look whether the line to it is silent, or somebody holds a lock (pg_stat_activity).',
      { code: 'storage_unreachable', cause: error },
    );
  }
  if (/after calling end on the pool/.test(message)) {
    return new ConfigurationError('The `pool` of postgresStorage() was ended. End it after `site.close()`.', {
      code: 'storage_closed',
      cause: error,
    });
  }
  return /terminat|timeout|closed|ended|not queryable/i.test(message) ? unreachable(error) : error;
}

const unreachable = (error: unknown): TransientError =>
  new TransientError(`PostgreSQL cannot be reached: ${(error as Error).message || (error as { code?: string }).code}`, {
    code: 'storage_unreachable',
    cause: error,
  });
