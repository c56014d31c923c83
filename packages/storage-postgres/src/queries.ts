import type { Redactor } from '@sitemessage/core/storage';
import { types } from 'pg';
import { isBusy, storageError } from './errors.ts';
import type { PostgresConnection, PostgresTransaction, PostgresTypes } from './pg.ts';
import type { Tables } from './schema.ts';

/** Runs statements. They have no names, so every pooler between this process and the server accepts them. */
export interface Queries {
  readonly tables: Tables;
  /** The channel on which workers listen for new dispatches. Undefined: there are no notifications. */
  readonly channel: string | undefined;
  /** Returns the rows. */
  all<Row>(sql: string, ...values: readonly unknown[]): Promise<Row[]>;
  /** Returns the number of rows that the statement changed. */
  run(sql: string, ...values: readonly unknown[]): Promise<number>;
}

/** Runs each statement as one transaction. */
export interface Transactions extends Queries {
  /**
   * Runs `work` in one transaction, which stores everything or nothing. After a deadlock `work` starts
   * again.
   */
  transaction<T>(work: (db: Queries) => Promise<T>): Promise<T>;
}

/** The database that statements refer to. */
export type Target = Pick<Queries, 'tables' | 'channel'>;

/** Runs statements on a connection. Each may take `timeoutMs` milliseconds. */
export function connectionQueries(connection: PostgresConnection, timeoutMs: number, target: Target): Queries {
  return queriesBy((text, values) => connection.query({ text, values, types: bigintAsNumber, query_timeout: timeoutMs }), target);
}

/** Runs statements in the host's transaction, which decides how long one may take. */
export function hostQueries(host: PostgresTransaction, target: Target, redact: Redactor): Queries {
  return queriesBy(async (text, values) => {
    try {
      return await host.query(text, values);
    } catch (error) {
      // A host that repeats its transactions looks for the code of PostgreSQL.
      throw isBusy(error) ? error : storageError(error, redact);
    }
  }, target);
}

function queriesBy(query: PostgresTransaction['query'], target: Target): Queries {
  return {
    ...target,
    all: async <Row>(sql: string, ...values: readonly unknown[]) => (await query(sql, [...values])).rows as Row[],
    run: async (sql, ...values) => (await query(sql, [...values])).rowCount ?? 0,
  };
}

/** `pg` returns a `bigint` as text. Ours are times and counts, which fit into a number. */
const bigintAsNumber: PostgresTypes = {
  getTypeParser: (id, format) => (id === types.builtins.INT8 ? Number : types.getTypeParser(id, format as 'text')),
};
