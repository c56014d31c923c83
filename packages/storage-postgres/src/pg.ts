// The parts of `pg` that this package uses, so that its users need no types of `pg`.

/** The result of a statement. */
export interface PostgresResult {
  readonly rows: readonly unknown[];
  readonly rowCount: number | null;
}

/** Returns the parser for values of a type. */
export interface PostgresTypes {
  getTypeParser(id: number, format?: 'text' | 'binary'): (value: never) => unknown;
}

/** A statement with its parameters. */
export interface PostgresQuery {
  readonly text: string;
  readonly values: unknown[];
  readonly types: PostgresTypes;
  /** The wait for the answer, in milliseconds. */
  readonly query_timeout: number;
}

/** A connection of `pg`, as far as this package uses it. */
export interface PostgresConnection {
  query(query: PostgresQuery): Promise<PostgresResult>;
  on(event: 'error', listener: () => void): unknown;
  off(event: 'error', listener: () => void): unknown;
  release(error?: boolean | Error): void;
}

/** A pool of `pg`, as far as this package uses it. */
export interface PostgresPool {
  readonly options?: {
    /** The number of connections at most. */
    readonly max?: number;
    /** The URL of the database. No error of the storage shows its password. */
    readonly connectionString?: string | undefined;
    readonly password?: unknown;
  };
  /** Listens to events of the pool. Missing when the pool is not an emitter. */
  on?(event: 'acquire', listener: (connection: PostgresConnection) => void): unknown;
  connect(): Promise<PostgresConnection>;
  end(): Promise<void>;
}

/**
 * A transaction of the host application: a client of `pg` that has begun one, or a wrapper around the
 * transaction of another library.
 */
export interface PostgresTransaction {
  query(text: string, values: unknown[]): PromiseLike<{ readonly rows: readonly unknown[]; readonly rowCount?: number | null }>;
}
