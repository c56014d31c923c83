/*
 * What is used of `pg`, spelled out here so that who uses this package needs no types of it.
 */

export interface PostgresResult {
  readonly rows: readonly unknown[];
  readonly rowCount: number | null;
}

/** How values are read. */
export interface PostgresTypes {
  getTypeParser(id: number, format?: 'text' | 'binary'): (value: never) => unknown;
}

export interface PostgresQuery {
  readonly text: string;
  readonly values: unknown[];
  readonly types: PostgresTypes;
  /** How long to wait for the answer, in milliseconds. */
  readonly query_timeout: number;
}

/** What is used of a connection of `pg`. */
export interface PostgresConnection {
  query(query: PostgresQuery): Promise<PostgresResult>;
  on(event: 'error', listener: () => void): unknown;
  off(event: 'error', listener: () => void): unknown;
  release(error?: boolean | Error): void;
}

/** What is used of a pool of `pg`. */
export interface PostgresPool {
  readonly options?: {
    /** How many connections it makes at most. */
    readonly max?: number;
    /** Where it connects to. No error of the storage shows the password of it. */
    readonly connectionString?: string | undefined;
    readonly password?: unknown;
  };
  /** Where it emits what happens to it and to its connections. */
  on?(event: 'acquire', listener: (connection: PostgresConnection) => void): unknown;
  connect(): Promise<PostgresConnection>;
  end(): Promise<void>;
}

/** What is used of a transaction of the host application: a client of `pg` that has begun one, or what another library makes of it. */
export interface PostgresTransaction {
  query(text: string, values: unknown[]): PromiseLike<{ readonly rows: readonly unknown[]; readonly rowCount?: number | null }>;
}
