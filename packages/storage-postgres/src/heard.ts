import type { PostgresPool } from './pg.ts';

/** What emits `error`: an error that nobody hears ends the process. */
interface Emitter {
  on(event: 'error', listener: () => void): unknown;
}

const ignore = (): void => undefined;
const heard = new WeakSet<object>();

/** Hears the errors of an emitter for as long as it lives. Who waits for something is told by other means. */
export function hear(emitter: Emitter): void {
  if (heard.has(emitter)) return;
  heard.add(emitter);
  emitter.on('error', ignore);
}

/**
 * Hears the errors of the host's pool and of the connections that it gives: `pg` stops listening to one before it gives it, and what comes
 * in the same packet as its greeting would find nobody. A pool that is no emitter has to do this by itself.
 */
export function hearPool(pool: PostgresPool): PostgresPool {
  if (typeof pool.on !== 'function' || heard.has(pool)) return pool;
  hear(pool as PostgresPool & Emitter);
  // Emitted while the pool still listens, and also for connections that were made before.
  pool.on('acquire', hear);
  return pool;
}
