import type { Kind } from './subscribers.ts';

/** What a process is told to do. */
export interface Orders {
  readonly connectionString: string;
  /** Where the subscribers are. */
  readonly schema: string;
  readonly kind: Kind;
  readonly count: number;
}

/** What a process that expanded a message for subscribers found. */
export interface Expanded {
  readonly scheduleMs: number;
  /** What was stored for everybody before it was expanded. */
  readonly rowsScheduled: number;
  readonly dispatches: number;
  readonly rate: number;
  /** Of the process, as it got there. */
  readonly memory: readonly Memory[];
  readonly heapPeakMegabytes: number;
  readonly peakMegabytes: number;
}

export interface Memory {
  readonly percent: number;
  readonly megabytes: number;
}

/** What a process that stored the same rows by itself found. */
export interface Stored {
  readonly rate: number;
}
