import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

/**
 * Gives the library a socket that is connected and encrypted. The library's own sockets send no server name,
 * trust no private authority, and go on in clear when the server does not offer TLS. They also leave the last
 * errors of a socket without a listener, which ends the process.
 */
export class SocketAdapter extends EventEmitter {
  /** Read by the library, which logs in with PLAIN only when it is true. */
  readonly secure: boolean;
  readonly #socket: Socket;

  constructor(socket: Socket, isSecure: boolean) {
    super();
    this.secure = isSecure;
    this.#socket = socket;
    // The library decodes each chunk by itself, which would break characters.
    socket.setEncoding('utf8');
    socket.on('error', (error) => this.#emitError(error));
    socket.on('close', () => this.emit('close'));
  }

  connect(): void {
    this.#socket.on('data', (data) => this.#emitData(data));
    process.nextTick(() => this.emit('connect'));
  }

  write(text: string, done: (error?: Error | null) => void): void {
    this.#socket.write(text, done);
  }

  end(): void {
    this.#socket.end();
  }

  /**
   * Closes the socket, and emits the error once. Without it, those who wait for the server would wait
   * forever.
   */
  destroy(error: Error): void {
    if (this.#socket.destroyed) return;
    this.#socket.destroy();
    this.#emitError(error);
  }

  /** A check of the login may throw, in the middle of an event of the socket. */
  #emitData(data: unknown): void {
    try {
      this.emit('data', data);
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  #emitError(error: Error): void {
    if (this.listenerCount('error') > 0) this.emit('error', error);
  }
}
