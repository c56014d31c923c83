/** What a process that stored a million recipients found. Times in milliseconds. */
export interface Report {
  readonly storage: string;
  readonly seconds: number;
  readonly dispatches: number;
  /** From `begin` to the end of `commit`, and what it did. */
  readonly longestTransaction: { readonly ms: number; readonly what: string };
  /** Of the event loop without a turn. */
  readonly longestStretchMs: number;
  readonly peakMegabytes: number;
}
