import type { Element } from './element.ts';
import type { XmppFaults } from './faults.ts';
import type { Rooms } from './rooms.ts';

/** An attempt to log in. */
export interface XmppLogin {
  readonly user: string;
  readonly mechanism: string;
  /** Whether the line was encrypted at that time. */
  readonly secure: boolean;
  /** Whom the client asked for in TLS (SNI). */
  readonly servername: string | undefined;
}

/** One client that has bound a resource. */
export interface BoundClient {
  readonly jid: string;
  /** Sends markup. */
  write(markup: string): void;
  /** Ends its stream. */
  fail(condition: string): void;
}

/** What the streams share. */
export interface XmppHost {
  readonly faults: XmppFaults;
  readonly rooms: Rooms;
  /** By full JID. */
  readonly clients: Map<string, BoundClient>;
  login(login: XmppLogin): void;
  take(message: Element, raw: string): void;
}
