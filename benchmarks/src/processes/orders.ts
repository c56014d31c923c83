/** What a process is told, as JSON in its first argument. */
export interface Orders {
  readonly connectionString: string;
  readonly schema: string;
  readonly concurrency: number;
  /** How long each message takes its provider, in milliseconds; 0 for none at all. */
  readonly sendMs: number;
}
