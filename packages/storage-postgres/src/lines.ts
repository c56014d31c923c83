import { Socket } from 'node:net';
import { connectionMs, goodbyeMs, quietMs } from './timeouts.ts';

/** The lines of a client or a pool of our own, and the end of them. */
export interface Lines {
  /** For `pg`. */
  readonly options: {
    readonly keepAlive: true;
    readonly keepAliveInitialDelayMillis: number;
    readonly connectionTimeoutMillis: number;
    readonly stream: () => Socket;
  };
  /**
   * Waits until they are ended, and cuts what is left of them after 2 s: `pg` says goodbye, and waits for the other end to hang up. On a
   * silent line that keeps the socket, and with it the process, until the system gives up.
   */
  ended(ending: Promise<unknown>): Promise<void>;
}

export function createLines(): Lines {
  const sockets = new Set<Socket>();
  const closed = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()));
  return {
    options: {
      keepAlive: true,
      keepAliveInitialDelayMillis: quietMs,
      connectionTimeoutMillis: connectionMs,
      stream() {
        const socket = new Socket();
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
        return socket;
      },
    },
    async ended(ending) {
      const cutting = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, goodbyeMs);
      await Promise.allSettled([ending, ...Array.from(sockets, closed)]);
      clearTimeout(cutting);
    },
  };
}
