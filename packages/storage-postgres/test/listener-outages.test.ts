import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import { expect, inject, it, onTestFinished, vi } from 'vitest';
import { postgresStorage } from '../src/index.ts';
import { startForwarder } from './forwarder.ts';
import { newSchema } from './schemas.ts';

/** Returns a watcher that records its calls. */
function watcher() {
  const told: { wakes: number; failures: unknown[]; recoveries: number } = { wakes: 0, failures: [], recoveries: 0 };
  return {
    told,
    wake() {
      told.wakes += 1;
    },
    failed: (error: unknown) => void told.failures.push(error),
    recovered() {
      told.recoveries += 1;
    },
  };
}

function listeningAt(listenConnectionString: string) {
  const storage = postgresStorage({ ...newSchema(), listenConnectionString });
  onTestFinished(() => storage.close());
  return storage;
}

it('each watcher is told once of an outage and of its end, however many attempts fail', async () => {
  const forwarder = await startForwarder(inject('postgres'));
  const storage = listeningAt(forwarder.connectionString);
  onTestFinished(() => forwarder.close());
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  /** Skips the pauses between attempts. */
  const soon = <T>(look: () => T) =>
    expect.poll(() => {
      vi.advanceTimersByTime(1_000);
      return look();
    });

  const [ann, bob] = [watcher(), watcher()];
  storage.watch(ann);
  await soon(() => ann.told).toEqual({ wakes: 1, failures: [], recoveries: 0 });
  forwarder.refuse();
  const unreachable = { kind: 'transient', code: 'storage_unreachable' };
  await soon(() => ann.told).toMatchObject({ wakes: 1, failures: [unreachable] });
  storage.watch(bob);
  const attempts = forwarder.connections();
  await soon(forwarder.connections).toBeGreaterThan(attempts + 3);
  expect([ann.told.failures.length, bob.told.failures.length]).toEqual([1, 1]);

  forwarder.forward();
  await soon(() => [ann.told.wakes, bob.told.wakes]).toEqual([2, 1]);
  expect([ann.told.recoveries, bob.told.recoveries]).toEqual([1, 1]);
  forwarder.refuse();
  await soon(() => [ann.told.failures.length, bob.told.failures.length]).toEqual([2, 2]);
});

it.each([
  [
    'refuses the password',
    { kind: 'configuration', code: 'storage_refused', message: expect.stringContaining('`listenConnectionString`') },
  ],
  ['cannot be reached', { kind: 'transient', code: 'storage_unreachable' }],
])('a watcher is told that the server %s, without the password', async (what, expected) => {
  const url = new URL(inject('postgres'));
  url.password = 'hunter2-hunter2';
  if (what === 'cannot be reached') url.port = '1';
  const ann = watcher();
  listeningAt(url.href).watch(ann);
  await expect.poll(() => ann.told.failures).toMatchObject([expected]);
  expect(inspect(ann.told, { depth: null, showHidden: true }) + JSON.stringify(ann.told)).not.toContain('hunter2');
});

it('a watcher is told when a file that the URL names is gone', async () => {
  const file = join(tmpdir(), `${randomUUID()}.pem`);
  await writeFile(file, '');
  const storage = listeningAt(`${inject('postgres')}?sslrootcert=${file}`);
  await rm(file);
  const ann = watcher();
  storage.watch(ann);
  await expect.poll(() => ann.told.failures).toMatchObject([{ code: 'storage_unreachable', message: expect.stringContaining(file) }]);
});

it('a refused connection is not retried after the last watch has ended', async () => {
  const connecting = vi.spyOn(Socket.prototype, 'connect');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
    connecting.mockRestore();
  });
  listeningAt('postgres://127.0.0.1:1/nowhere').watch(watcher())();
  const [socket] = connecting.mock.contexts as Socket[];
  await new Promise((resolve) => socket?.once('close', resolve));
  await setImmediate();
  vi.advanceTimersByTime(60_000);
  expect(connecting).toHaveBeenCalledTimes(1);
});

it('an ended watch is told nothing of its connection', async () => {
  const forwarder = await startForwarder(inject('postgres'));
  onTestFinished(() => forwarder.close());
  const storage = listeningAt(forwarder.connectionString);
  const [ann, bob] = [watcher(), watcher()];
  storage.watch(ann)();
  storage.watch(bob);
  await expect.poll(() => bob.told.wakes).toBe(1);
  await storage.close();
  expect([ann.told, bob.told]).toEqual([
    { wakes: 0, failures: [], recoveries: 0 },
    { wakes: 1, failures: [], recoveries: 0 },
  ]);
});
