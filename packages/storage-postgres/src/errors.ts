import { types } from 'node:util';
import { ConfigurationError, TransientError } from '@sitemessage/core';
import type { Redactor } from '@sitemessage/core/storage';

/** Reads a field of a thrown value. The pool or the transaction of the host may reject with any value. */
function fieldOf(thrown: unknown, name: string): unknown {
  if ((typeof thrown !== 'object' && typeof thrown !== 'function') || thrown === null) return undefined;
  try {
    return Reflect.get(thrown, name);
  } catch {
    return undefined;
  }
}

/**
 * Returns the error of `pg`. Some libraries wrap it in an error whose message shows the parameters: Drizzle
 * does.
 */
function reasonOf(thrown: unknown): unknown {
  const cause = fieldOf(thrown, 'cause');
  return typeof fieldOf(thrown, 'code') !== 'string' && typeof fieldOf(cause, 'code') === 'string' ? cause : thrown;
}

/** Returns the SQLSTATE of an error of the server, or the code of an error of Node. */
export function codeOf(thrown: unknown): string | undefined {
  const code = fieldOf(reasonOf(thrown), 'code');
  return typeof code === 'string' ? code : undefined;
}

function messageOf(thrown: unknown): string {
  const message = fieldOf(reasonOf(thrown), 'message');
  return typeof message === 'string' ? message : '';
}

/**
 * Returns whether the server shuts down, has no free connections, takes no writes (a primary before a
 * failover), or ends sessions that take too long.
 */
const isUnavailable = (code: string): boolean => /^(08|25006|25P0[34]|53|57P)/.test(code);

/** Returns whether PostgreSQL has rolled back the transaction because of another one. It may run again. */
export const isDeadlock = (error: unknown): boolean => ['40001', '40P01'].includes(codeOf(error) ?? '');

/** Returns whether the server gave up: another transaction holds a lock, or the statement took too long. */
export const isBusy = (error: unknown): boolean => isDeadlock(error) || ['55P03', '57014'].includes(codeOf(error) ?? '');

/** Returns whether the answer to a statement did not come in time. */
export const isTimeout = (error: unknown): boolean => messageOf(error) === 'Query read timeout';

/**
 * Returns whether the connection can be used after this error. It can after a statement that the server
 * refused. After other errors the server has closed the connection, or is about to.
 */
export function isConnectionUsable(error: unknown): boolean {
  const code = codeOf(error) ?? '';
  return typeof fieldOf(error, 'severity') === 'string' && !isUnavailable(code) && !/^(28|XX)/.test(code);
}

/**
 * Makes an error of core from an error of `pg`, if the user can do something about it. A server may repeat
 * the password in its errors, so they are redacted. `option` names the option with the URL.
 * Codes: https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
export function storageError(
  error: unknown,
  redact: Redactor,
  option: 'connectionString' | 'listenConnectionString' = 'connectionString',
): unknown {
  const code = codeOf(error);
  const message = redact.text(messageOf(error));
  const cause = redact.cause(error);
  if (code === undefined) return errorWithoutCode(error, message, redact);
  if (/^28/.test(code) || code === '3D000') {
    return new ConfigurationError(`PostgreSQL refuses the connection: ${message}. Check \`${option}\` of postgresStorage.`, {
      code: 'storage_refused',
      cause,
    });
  }
  if (code === '42501') {
    return new ConfigurationError(
      `PostgreSQL refuses the statement: ${message}. The user must own its schema, or may create one. Run \`create schema sitemessage authorization <user>\`.`,
      { code: 'storage_refused', cause },
    );
  }
  if (code === '42P01' || code === '3F000') {
    return new ConfigurationError(`The tables are missing: ${message}. Call \`migrate()\` of the storage first.`, {
      code: 'storage_not_migrated',
      cause,
    });
  }
  if (code === '25006') {
    return new TransientError(
      `PostgreSQL takes no writes: ${message}. After a failover the next connection may reach the new primary. If it does not, check the host of \`${option}\`.`,
      { code: 'storage_unreachable', cause },
    );
  }
  if (isBusy(error)) {
    return new TransientError(
      `PostgreSQL gave up on the statement: ${message}. Look in pg_stat_activity for the session that holds the lock. Check \`lock_timeout\` and \`statement_timeout\` of the user.`,
      { code: 'storage_busy', cause },
    );
  }
  // Node gives names such as ECONNRESET to broken connections.
  return isUnavailable(code) || /^E[A-Z_]+$/.test(code) ? unreachable(cause, message || code) : redacted(error, redact);
}

/** Maps errors that `pg` makes itself, and any other value that a pool of the host rejects with. */
function errorWithoutCode(error: unknown, message: string, redact: Redactor): unknown {
  const cause = redact.cause(error);
  if (isTimeout(error)) {
    return new TransientError(
      'PostgreSQL has not answered in time. Check the network. Look in pg_stat_activity for a session that holds a lock.',
      { code: 'storage_unreachable', cause },
    );
  }
  if (/after calling end on the pool/.test(message)) {
    return new ConfigurationError('The `pool` of postgresStorage was ended. End it after `site.close()`.', {
      code: 'storage_closed',
      cause,
    });
  }
  return /terminat|timeout|closed|ended|not queryable/i.test(message) ? unreachable(cause, message) : redacted(error, redact);
}

/** Our own errors are redacted already, or do not come from a server. */
function redacted(error: unknown, redact: Redactor): unknown {
  if (typeof error === 'string') return redact.text(error);
  return types.isNativeError(error) && fieldOf(error, 'kind') === undefined ? redact.cause(error) : error;
}

const unreachable = (cause: Error | undefined, reason: string): TransientError =>
  new TransientError(`PostgreSQL cannot be reached: ${reason}`, { code: 'storage_unreachable', cause });
