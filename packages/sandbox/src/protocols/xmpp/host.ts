import type { Element } from './element.ts';
import type { XmppFaults } from './faults.ts';
import type { Occupant, Rooms } from './rooms.ts';

/** An attempt to log in. */
export interface XmppLogin {
  readonly user: string;
  readonly mechanism: string;
  /** True when the connection was encrypted. */
  readonly secure: boolean;
  /** The server name that the client asked for in TLS (SNI). */
  readonly servername: string | undefined;
}

/** A client that has bound a resource. */
export interface BoundClient extends Occupant {
  /** Ends the stream with an error. */
  fail(condition: string): void;
}

/** The state that all streams of a server share. */
export interface XmppHost {
  readonly faults: XmppFaults;
  readonly rooms: Rooms;
  /** The clients by full JID. */
  readonly clients: Map<string, BoundClient>;
  /** Notes an attempt to log in. */
  login(login: XmppLogin): void;
  /** Puts a message into the inbox. */
  take(message: Element, raw: string): void;
}
