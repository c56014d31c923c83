import { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import { Client, Connection, Pool } from 'pg';
import { expect, inject, it, onTestFinished, vi } from 'vitest';
import { postgresStorage } from '../src/index.ts';
import { startForwarder } from './forwarder.ts';
import { newSchema } from './schemas.ts';

/** The function that the constructor of every emitter calls. */
const emitters = EventEmitter as unknown as { init(this: EventEmitter, options?: unknown): void };

/**
 * Returns whether the emitter connects. A URL is checked by a client of `pg` that does not, and emits
 * nothing.
 */
const isInUse = (emitter: EventEmitter): boolean => {
  const { connecting, _connecting } = emitter as { readonly connecting?: boolean; readonly _connecting?: boolean };
  return emitter instanceof Pool || connecting === true || _connecting === true;
};

/**
 * Collects the emitters of `error` that are made until the test ends, and those without a listener after
 * their first turn or later. A pool of the host handles the errors of a new client by a callback until it
 * is connected.
 */
function watchEmitters({ isPool }: { readonly isPool: boolean }) {
  const made = new Set<string>();
  const unlistened: string[] = [];
  const init = emitters.init;
  const watch = (emitter: EventEmitter): void => {
    const kind = [Client, Connection, Pool, Socket].find((one) => emitter instanceof one);
    if (!kind) return;
    made.add(kind.name);
    const check = (): void => void (emitter.listenerCount('error') === 0 && unlistened.push(kind.name));
    if (isInUse(emitter) && !(isPool && kind === Client)) check();
    emitter.on('removeListener', (event) => void (event === 'error' && check()));
  };
  emitters.init = function (options) {
    init.call(this, options);
    queueMicrotask(() => watch(this));
  };
  onTestFinished(() => {
    emitters.init = init;
  });
  return { made, unlistened };
}

it.each([
  ['a URL', false],
  ['a pool of the host', true],
])('every emitter of errors has a listener from before its first turn, also when connections break: %s', async (_, isPool) => {
  const { schema } = newSchema();
  const forwarder = await startForwarder(inject('postgres'));
  const { made, unlistened } = watchEmitters({ isPool });
  const { connectionString } = forwarder;
  const pool = isPool ? new Pool({ connectionString }) : undefined;
  const storage = postgresStorage({ schema, ...(pool ? { pool } : { connectionString }), listenConnectionString: connectionString });
  onTestFinished(async () => {
    vi.useRealTimers();
    await storage.close();
    await pool?.end();
    await forwarder.close();
  });
  await storage.migrate();
  const listening = Promise.withResolvers<void>();
  storage.watch({ wake: listening.resolve, failed: () => undefined, recovered: () => undefined });
  await listening.promise;
  await Promise.all([storage.clock(), storage.clock(), storage.queue.defer('k', 1)]);

  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  forwarder.dropPackets();
  const dropped = forwarder.dropped();
  const given = expect(storage.clock()).rejects.toMatchObject({ code: 'storage_unreachable' });
  await dropped;
  vi.advanceTimersByTime(30_000);
  await given;
  vi.useRealTimers();

  forwarder.refuse();
  await expect(storage.clock()).rejects.toMatchObject({ code: 'storage_unreachable' });
  forwarder.forward();
  await storage.clock();
  expect([...made].sort()).toEqual(['BoundPool', 'Client', 'Connection', 'Socket']);
  expect(unlistened).toEqual([]);
});
