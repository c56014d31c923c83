import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

/**
 * A socket that is connected, and encrypted where it has to be, as the library takes one. The library itself sends no server name, trusts no
 * private authority, goes on in clear where TLS is not offered, and leaves a socket without a listener for its last errors, which then end
 * the process.
 */
export class Line extends EventEmitter {
  /** Read by the library: it logs in by PLAIN over nothing else. */
  readonly secure: boolean;
  readonly #socket: Socket;

  constructor(socket: Socket, isSecure: boolean) {
    super();
    this.secure = isSecure;
    this.#socket = socket;
    // The library would decode chunk by chunk, and cut characters in two.
    socket.setEncoding('utf8');
    socket.on('error', (error) => this.#tell(error));
    socket.on('close', () => this.emit('close'));
  }

  connect(): void {
    this.#socket.on('data', (data) => this.#pass(data));
    process.nextTick(() => this.emit('connect'));
  }

  write(text: string, done: (error?: Error | null) => void): void {
    this.#socket.write(text, done);
  }

  end(): void {
    this.#socket.end();
  }

  /** Whoever waits for something of the server hears of it; without the error they would wait for ever. */
  destroy(error: Error): void {
    if (this.#socket.destroyed) return;
    this.#socket.destroy();
    this.#tell(error);
  }

  /** A look at the login may throw, in the middle of an event of the socket. */
  #pass(data: unknown): void {
    try {
      this.emit('data', data);
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  #tell(error: Error): void {
    if (this.listenerCount('error') > 0) this.emit('error', error);
  }
}
