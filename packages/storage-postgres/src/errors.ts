import { ConfigurationError, TransientError } from '@sitemessage/core';

/**
 * What `pg` threw, in core's words where there is something to do about it. https://www.postgresql.org/docs/18/errcodes-appendix.html
 * Its messages name the user and the database, and never the password.
 */
export function storageError(error: unknown): unknown {
  const { code, message } = error as { readonly code?: unknown; readonly message?: string };
  if (typeof code !== 'string') return isLineBroken(message) ? unreachable(error) : error;
  if (/^28/.test(code) || code === '3D000') {
    return new ConfigurationError(`PostgreSQL refuses the connection: ${message}. Check \`connectionString\` of postgresStorage().`, {
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

const isLineBroken = (message = ''): boolean => /terminat|timeout|closed|ended|not queryable/i.test(message);

const unreachable = (error: unknown): TransientError =>
  new TransientError(`PostgreSQL cannot be reached: ${(error as Error).message || (error as { code?: string }).code}`, {
    code: 'storage_unreachable',
    cause: error,
  });
