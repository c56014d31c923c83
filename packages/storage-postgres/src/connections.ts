import { Socket } from 'node:net';
import { Client, type ClientConfig, Pool } from 'pg';
import { boundAnswers } from './answer-bound.ts';
import type { PostgresPool } from './pg.ts';
import { closeTimeoutMs, connectTimeoutMs, keepAliveMs } from './timeouts.ts';

/** An emitter of `error` events. Node ends the process when such an event has no listener. */
interface Emitter {
  on(event: 'error', listener: () => void): unknown;
}

const ignore = (): void => undefined;
const ignored = new WeakSet<object>();

/**
 * Ignores the `error` events of an emitter as long as it lives. The promises of its statements report the
 * errors.
 */
export function ignoreErrors(emitter: Emitter): void {
  if (ignored.has(emitter)) return;
  ignored.add(emitter);
  emitter.on('error', ignore);
}

/**
 * Ignores the `error` events of the host's pool and of its connections. `pg` removes its listener before it
 * hands over a connection. An error in the same packet as the server's greeting would have no listener then.
 * A pool that is not an emitter has to do this itself.
 */
export function ignorePoolErrors(pool: PostgresPool): PostgresPool {
  if (typeof pool.on !== 'function' || ignored.has(pool)) return pool;
  ignoreErrors(pool as PostgresPool & Emitter);
  // The pool emits `acquire` while it still listens, and also for connections that it made before.
  pool.on('acquire', ignoreErrors);
  return pool;
}

/** A client of `pg` whose `error` events are ignored, and whose server cannot fill the memory. */
export class GuardedClient extends Client {
  constructor(config?: ClientConfig) {
    super(config);
    ignoreErrors(this);
    boundAnswers(this.connection);
  }
}

/** Makes the storage's own pool. */
export function openPool(connectionString: string, connections: number): PostgresPool {
  const sockets = trackSockets();
  const pool = new Pool({ connectionString, max: connections, Client: GuardedClient, ...sockets.options });
  // The pool replaces an idle connection that breaks when it needs one.
  ignoreErrors(pool);
  return { connect: () => pool.connect(), end: () => sockets.closed(pool.end()) };
}

/** The sockets of a client or pool that this package makes. */
export interface Sockets {
  /** The options for `pg`. */
  readonly options: {
    readonly keepAlive: true;
    readonly keepAliveInitialDelayMillis: number;
    readonly connectionTimeoutMillis: number;
    readonly stream: () => Socket;
  };
  /**
   * Waits for `ending` and for the sockets to close. Destroys those that are open after 2 s: `pg` waits for
   * the server to close them. On a dead connection the socket would keep the process alive until TCP gives
   * up.
   */
  closed(ending: Promise<unknown>): Promise<void>;
}

export function trackSockets(): Sockets {
  const sockets = new Set<Socket>();
  const untilClosed = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()));
  return {
    options: {
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveMs,
      connectionTimeoutMillis: connectTimeoutMs,
      stream() {
        const socket = new Socket();
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
        return socket;
      },
    },
    async closed(ending) {
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, closeTimeoutMs);
      await Promise.allSettled([ending, ...Array.from(sockets, untilClosed)]);
      clearTimeout(timer);
    },
  };
}
