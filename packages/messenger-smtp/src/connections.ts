import type { Connect } from './connect.ts';
import { type Connection, coded } from './connection.ts';

/**
 * The connections of a session, each opened when there is a mail and none is idle. There are never more of them than mails in flight,
 * which core limits.
 */
export class Connections {
  readonly #connect: Connect;
  /** The one used last is taken first: when there is little to do, the others are left to the server's timeout. */
  readonly #idle: Connection[] = [];
  #isClosed = false;
  #brokenInARow = 0;

  constructor(connect: Connect) {
    this.#connect = connect;
  }

  async take(signal: AbortSignal): Promise<Connection> {
    for (let connection = this.#idle.pop(); connection; connection = this.#idle.pop()) {
      if (connection.isOpen) return connection;
    }
    return this.open(signal);
  }

  async open(signal: AbortSignal): Promise<Connection> {
    if (this.#isClosed) throw coded('ELINE', 'the session is closed');
    return this.#connect(signal);
  }

  /**
   * True when line after line breaks. One mail that a server cannot digest breaks its own line, and others go through. A server that hangs up
   * on every mail would get a new connection for each.
   */
  get breakInARow(): boolean {
    return this.#brokenInARow > 1;
  }

  noteBroken(): void {
    this.#brokenInARow += 1;
  }

  async giveBack(connection: Connection): Promise<void> {
    this.#brokenInARow = 0;
    if (this.#isClosed) await connection.quit();
    else this.#idle.push(connection);
  }

  /** A connection that carries a mail is closed when it is given back. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#idle.splice(0).map((connection) => connection.quit()));
  }
}
