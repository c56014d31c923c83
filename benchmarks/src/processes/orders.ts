/** What a process is told, as JSON in its first argument. */
export interface Orders {
  readonly connectionString: string;
  readonly schema: string;
  readonly concurrency: number;
  /** How long each message takes its provider, in milliseconds; 0 for none at all. */
  readonly sendMs: number;
}

/** What it is asked later: to send all that is due, and then for the ids of what it sent, which take a while to say. */
export type Question = 'send' | 'tell';
