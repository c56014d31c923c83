import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError } from '@sitemessage/core';
import type { Redactor } from '@sitemessage/core/storage';
import { types } from 'pg';
import { type Begin, createBegin } from './begin.ts';
import { requestCancel } from './cancel-request.ts';
import { isBusy, isDeadlock, isHarmless, isUnanswered, storageError } from './errors.ts';
import { checkHost } from './host.ts';
import type { PostgresConnection, PostgresPool, PostgresTransaction, PostgresTypes } from './pg.ts';
import { type Tables, tablesOf } from './tables.ts';
import { codeOf } from './thrown.ts';
import { answerMs, longAnswerMs } from './timeouts.ts';

/** What runs statements: unnamed ones, which any pooler between here and the server lets through. */
export interface Queries {
  readonly tables: Tables;
  /** Where workers hear of what is stored, if they listen. */
  readonly channel: string | undefined;
  all<Row>(sql: string, ...values: readonly unknown[]): Promise<Row[]>;
  /** Returns how many rows it changed. */
  run(sql: string, ...values: readonly unknown[]): Promise<number>;
}

/** One statement is one transaction. */
export interface Transactions extends Queries {
  /** All that `work` writes is stored, or nothing of it. It may run again from its start. */
  transaction<T>(work: (db: Queries) => Promise<T>): Promise<T>;
}

/** Waits 30 s for an answer. */
export interface Client extends Transactions {
  /** Waits 10 minutes: for what takes the longer the more rows there are. */
  readonly patient: Transactions;
  /** Through a transaction that somebody else has begun, and for as long as that waits. */
  within(host: PostgresTransaction): Queries;
  close(): Promise<void>;
}

/** At what PostgreSQL took back, since two waited for one another. */
const attempts = 5;
const longestWaitMs = 50;

export interface ClientOptions {
  readonly schema: string;
  /** Whether to end the pool. */
  readonly ownsPool: boolean;
  readonly channel: string | undefined;
  readonly redact: Redactor;
}

export function createClient(pool: PostgresPool, { schema, ownsPool, channel, redact }: ClientOptions): Client {
  const target: Target = { tables: tablesOf(schema), channel };
  const begin = createBegin();
  let closing: Promise<void> | undefined;

  const refuseClosed = (): void => {
    if (closing) throw closed();
  };

  /** Lines that are cut at the end look like an outage to who waits for an answer. */
  const failure = (error: unknown): unknown => {
    const known = storageError(error, redact);
    return closing && codeOf(known) === 'storage_unreachable' ? closed(known) : known;
  };

  const connected = async <T>(timeoutMs: number, work: (db: Queries) => Promise<T>): Promise<T> => {
    refuseClosed();
    const connection = await pool.connect();
    let isBroken = false;
    let cancelling: Promise<void> | undefined;
    // A line that breaks between two statements tells nobody else of it, and an error that nobody hears ends the process.
    const onError = (): void => {
      isBroken = true;
    };
    connection.on('error', onError);
    try {
      return await work(queriesOf(connection, timeoutMs, target));
    } catch (error) {
      isBroken ||= !isHarmless(error);
      if (isUnanswered(error)) cancelling = requestCancel(connection);
      throw error;
    } finally {
      const letGo = (): void => {
        connection.off('error', onError);
        // One that is still to answer is not waited for: `pg` destroys its socket.
        connection.release(isBroken);
      };
      if (cancelling) void cancelling.then(letGo, letGo);
      else letGo();
    }
  };

  const repeating = async <T>(timeoutMs: number, work: (db: Queries) => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await connected(timeoutMs, work);
      } catch (error) {
        if (attempt === attempts || !isDeadlock(error)) throw failure(error);
      }
      await sleep(Math.random() * longestWaitMs);
    }
  };

  const waiting = (timeoutMs: number): Transactions => ({
    ...target,
    all: (sql, ...values) => repeating(timeoutMs, (db) => db.all(sql, ...values)),
    run: (sql, ...values) => repeating(timeoutMs, (db) => db.run(sql, ...values)),
    transaction: (work) => repeating(timeoutMs, (db) => inTransaction(db, timeoutMs, begin, work)),
  });

  return {
    ...waiting(answerMs),
    patient: waiting(longAnswerMs),
    within(host) {
      refuseClosed();
      return hostQueries(checkHost(host), target, redact);
    },
    close() {
      closing ??= ownsPool ? pool.end() : Promise.resolve();
      return closing;
    },
  };
}

const closed = (cause?: unknown): ConfigurationError => new ConfigurationError('The storage is closed.', { code: 'storage_closed', cause });

async function inTransaction<T>(db: Queries, timeoutMs: number, begin: Begin, work: (db: Queries) => Promise<T>): Promise<T> {
  await begin(db, timeoutMs);
  try {
    const result = await work(db);
    await db.run('commit');
    return result;
  } catch (error) {
    // When the line is broken, the server does it by itself; on a silent one, this would wait as long again. What matters is the first error.
    if (!isUnanswered(error)) await db.run('rollback').catch(() => undefined);
    throw error;
  }
}

/** What statements are about. */
type Target = Pick<Queries, 'tables' | 'channel'>;

/** A connection and a transaction of the host's send statements alike. */
function queriesBy(query: PostgresTransaction['query'], target: Target): Queries {
  return {
    ...target,
    all: async <Row>(sql: string, ...values: readonly unknown[]) => (await query(sql, [...values])).rows as Row[],
    run: async (sql, ...values) => (await query(sql, [...values])).rowCount ?? 0,
  };
}

const queriesOf = (connection: PostgresConnection, timeoutMs: number, target: Target): Queries =>
  queriesBy((text, values) => connection.query({ text, values, types: numbers, query_timeout: timeoutMs }), target);

function hostQueries(host: PostgresTransaction, target: Target, redact: Redactor): Queries {
  return queriesBy(async (text, values) => {
    try {
      return await host.query(text, values);
    } catch (error) {
      // Whoever repeats a transaction of their own looks for what PostgreSQL calls it.
      throw isBusy(error) ? error : storageError(error, redact);
    }
  }, target);
}

/** `bigint` comes as text by default. All of ours are times and counts, which fit into a number. */
const numbers: PostgresTypes = {
  getTypeParser: (id, format) => (id === types.builtins.INT8 ? Number : types.getTypeParser(id, format as 'text')),
};
