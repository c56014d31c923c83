import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError } from '@sitemessage/core';
import type { Redactor } from '@sitemessage/core/storage';
import { requestCancel } from './cancel-request.ts';
import { codeOf, isConnectionUsable, isDeadlock, isTimeout, storageError } from './errors.ts';
import type { PostgresPool, PostgresTransaction } from './pg.ts';
import { connectionQueries, hostQueries, type Queries, type Target, type Transactions } from './queries.ts';
import { tablesOf } from './schema.ts';
import { longStatementTimeoutMs, statementTimeoutMs } from './timeouts.ts';
import { createTransactionRunner } from './transaction.ts';

/** Runs statements and transactions on connections of a pool. Waits 30 s for each answer. */
export interface Client extends Transactions {
  /** The same with a wait of 10 minutes, for statements whose time grows with the number of rows. */
  readonly longRunning: Transactions;
  /** Returns queries that run in the host's transaction. */
  inHostTransaction(host: PostgresTransaction): Queries;
  close(): Promise<void>;
}

/** How often a transaction that PostgreSQL rolls back because of a deadlock is run. */
const mostAttempts = 5;
/**
 * The longest wait between two attempts, in milliseconds. The waits are random, so that the two do not meet
 * again.
 */
const longestWaitMs = 50;

export interface ClientOptions {
  readonly schema: string;
  /** True when `close` ends the pool. */
  readonly ownsPool: boolean;
  readonly channel: string | undefined;
  readonly redact: Redactor;
}

export function createClient(pool: PostgresPool, { schema, ownsPool, channel, redact }: ClientOptions): Client {
  const target: Target = { tables: tablesOf(schema), channel };
  const runTransaction = createTransactionRunner();
  let closing: Promise<void> | undefined;

  const refuseClosed = (): void => {
    if (closing) throw closed();
  };

  /** `close` cuts connections, which looks like an outage to a statement that waits for its answer. */
  const failure = (error: unknown): unknown => {
    const known = storageError(error, redact);
    return closing && codeOf(known) === 'storage_unreachable' ? closed(known) : known;
  };

  const withConnection = async <T>(timeoutMs: number, work: (db: Queries) => Promise<T>): Promise<T> => {
    refuseClosed();
    const connection = await pool.connect();
    let isBroken = false;
    let cancelling: Promise<void> | undefined;
    // A connection that breaks between two statements only emits `error`, which ends the process without a
    // listener.
    const onError = (): void => {
      isBroken = true;
    };
    connection.on('error', onError);
    try {
      return await work(connectionQueries(connection, timeoutMs, target));
    } catch (error) {
      isBroken ||= !isConnectionUsable(error);
      if (isTimeout(error)) cancelling = requestCancel(connection);
      throw error;
    } finally {
      const release = (): void => {
        connection.off('error', onError);
        // `pg` destroys the socket of a broken connection, and waits for no answer on it.
        connection.release(isBroken);
      };
      if (cancelling) void cancelling.then(release, release);
      else release();
    }
  };

  const retryDeadlocks = async <T>(timeoutMs: number, work: (db: Queries) => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await withConnection(timeoutMs, work);
      } catch (error) {
        if (attempt === mostAttempts || !isDeadlock(error)) throw failure(error);
      }
      await sleep(Math.random() * longestWaitMs);
    }
  };

  const withTimeout = (timeoutMs: number): Transactions => ({
    ...target,
    all: (sql, ...values) => retryDeadlocks(timeoutMs, (db) => db.all(sql, ...values)),
    run: (sql, ...values) => retryDeadlocks(timeoutMs, (db) => db.run(sql, ...values)),
    transaction: (work) => retryDeadlocks(timeoutMs, (db) => runTransaction(db, timeoutMs, work)),
  });

  return {
    ...withTimeout(statementTimeoutMs),
    longRunning: withTimeout(longStatementTimeoutMs),
    inHostTransaction(host) {
      refuseClosed();
      return hostQueries(host, target, redact);
    },
    close() {
      closing ??= ownsPool ? pool.end() : Promise.resolve();
      return closing;
    },
  };
}

const closed = (cause?: unknown): ConfigurationError => new ConfigurationError('The storage is closed.', { code: 'storage_closed', cause });
