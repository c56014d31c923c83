import { types } from 'node:util';
import { ConfigurationError, TransientError } from '@sitemessage/core';
import type { Redactor } from '@sitemessage/core/storage';
import { codeOf, fieldOf, messageOf } from './thrown.ts';

/** Of a server that goes down, is full, takes no writes (the primary before a failover), or ends sessions that take too long. */
const isAway = (code: string): boolean => /^(08|25006|25P0[34]|53|57P)/.test(code);

/** Two transactions that wait for one another: PostgreSQL has taken one of them back, as if it had never been. */
export const isDeadlock = (error: unknown): boolean => ['40001', '40P01'].includes(codeOf(error) ?? '');

/** The server is there, and did not get to it: somebody holds a lock, or it was to take no longer. */
export const isBusy = (error: unknown): boolean => isDeadlock(error) || ['55P03', '57014'].includes(codeOf(error) ?? '');

/** Whether the answer to a statement did not come in time. */
export const isUnanswered = (error: unknown): boolean => messageOf(error) === 'Query read timeout';

/** A statement that failed leaves the connection as it was. What else the server may say comes before it closes the connection, or is no use to wait for on it. */
export function isHarmless(error: unknown): boolean {
  const code = codeOf(error) ?? '';
  return typeof fieldOf(error, 'severity') === 'string' && !isAway(code) && !/^(28|XX)/.test(code);
}

/**
 * Says it in core's words where there is something to do about it. https://www.postgresql.org/docs/18/errcodes-appendix.html
 * A server may say anything, also the password that it was given: its words and its errors are redacted. `option` is where the address
 * came from.
 */
export function storageError(
  error: unknown,
  redact: Redactor,
  option: 'connectionString' | 'listenConnectionString' = 'connectionString',
): unknown {
  const code = codeOf(error);
  const message = redact.text(messageOf(error));
  const cause = redact.cause(error);
  if (code === undefined) return withoutCode(error, message, redact);
  if (/^28/.test(code) || code === '3D000') {
    return new ConfigurationError(`PostgreSQL refuses the connection: ${message}. Check \`${option}\` of postgresStorage().`, {
      code: 'storage_refused',
      cause,
    });
  }
  if (code === '42501') {
    return new ConfigurationError(
      `PostgreSQL refuses it: ${message}. The user needs its schema, or the right to create one: \`create schema sitemessage authorization <user>\`.`,
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
      `PostgreSQL takes no writes: ${message}. After a failover, the next connection may reach the server that does; look otherwise where \`${option}\` leads.`,
      { code: 'storage_unreachable', cause },
    );
  }
  if (isBusy(error)) {
    return new TransientError(
      `PostgreSQL did not get to it: ${message}. Look for who holds a lock (pg_stat_activity), and at the user's \`lock_timeout\` and \`statement_timeout\`.`,
      { code: 'storage_busy', cause },
    );
  }
  // The names are those that Node gives to broken lines.
  return isAway(code) || /^E[A-Z_]+$/.test(code) ? unreachable(cause, message || code) : passedOn(error, redact);
}

/** Errors that `pg` makes itself, and whatever a pool of the host rejects with. */
function withoutCode(error: unknown, message: string, redact: Redactor): unknown {
  const cause = redact.cause(error);
  if (isUnanswered(error)) {
    return new TransientError(
      'PostgreSQL has not answered in time. Look whether the line to it is silent, or somebody holds a lock (pg_stat_activity).',
      { code: 'storage_unreachable', cause },
    );
  }
  if (/after calling end on the pool/.test(message)) {
    return new ConfigurationError('The `pool` of postgresStorage() was ended. End it after `site.close()`.', {
      code: 'storage_closed',
      cause,
    });
  }
  return /terminat|timeout|closed|ended|not queryable/i.test(message) ? unreachable(cause, message) : passedOn(error, redact);
}

/** Errors of ours have been redacted, or come from no server. */
function passedOn(error: unknown, redact: Redactor): unknown {
  if (typeof error === 'string') return redact.text(error);
  return types.isNativeError(error) && fieldOf(error, 'kind') === undefined ? redact.cause(error) : error;
}

const unreachable = (cause: Error | undefined, reason: string): TransientError =>
  new TransientError(`PostgreSQL cannot be reached: ${reason}`, { code: 'storage_unreachable', cause });
