import type { Connect } from './connect.ts';
import { type Connection, coded } from './connection.ts';

/**
 * The connections of a session. The pool opens one when there is a mail and no connection is idle. It never
 * has more connections than there are mails in flight, and core limits those.
 */
export class ConnectionPool {
  readonly #connect: Connect;
  /**
   * Used from its end. When there is little to do, the server's timeout closes the connections at its start.
   */
  readonly #idle: Connection[] = [];
  #isClosed = false;
  #consecutiveBreaks = 0;

  constructor(connect: Connect) {
    this.#connect = connect;
  }

  /** Returns an idle connection, or else a new one. */
  async take(signal: AbortSignal): Promise<Connection> {
    for (let connection = this.#idle.pop(); connection; connection = this.#idle.pop()) {
      if (connection.isOpen) return connection;
    }
    return this.open(signal);
  }

  /** @throws Error `EBROKEN` when the pool is closed. */
  async open(signal: AbortSignal): Promise<Connection> {
    if (this.#isClosed) throw coded('EBROKEN', 'the session is closed');
    return this.#connect(signal);
  }

  /**
   * True when new connections break one after another. A mail that the server cannot digest breaks its own
   * connection, and other mails go through. A server that hangs up on every mail would get a new connection
   * for each.
   */
  get breaksRepeatedly(): boolean {
    return this.#consecutiveBreaks > 1;
  }

  noteBreak(): void {
    this.#consecutiveBreaks += 1;
  }

  async giveBack(connection: Connection): Promise<void> {
    this.#consecutiveBreaks = 0;
    if (this.#isClosed) await connection.quit();
    else this.#idle.push(connection);
  }

  /** Closes idle connections at once, and others when they are given back. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#idle.splice(0).map((connection) => connection.quit()));
  }
}
