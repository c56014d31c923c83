/** Where the messages go. */
export interface Place {
  readonly token: string;
  readonly apiRoot: string;
}

/** What the sandbox has seen since it was last asked. */
export interface Came {
  readonly messages: number;
  /** Connections that were opened. */
  readonly connected: number;
}
