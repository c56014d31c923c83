/** Where the messages go. */
export interface Place {
  readonly jid: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
  readonly ca: string;
}

/** What the sandbox has seen since it was last asked. */
export interface Came {
  /** In order. */
  readonly texts: readonly string[];
  /** Connections that were opened. */
  readonly connected: number;
}
