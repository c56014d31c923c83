import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { startForwarder } from '../forwarder.ts';
import { connectAdmin, setUp } from './set-up.ts';

/** The number of dispatches: more than are stored as one row each. */
const count = 10_500;

it('a worker that vanishes inside a transaction delays the others by seconds only', async ({ annotate }) => {
  const { server, options, start, startWorker, sent } = await setUp(count);
  const forwarder = await startForwarder(server.connectionString);
  onTestFinished(() => forwarder.close());
  const admin = await connectAdmin(server.connectionString);

  const vanishing = start('vanishing.ts', { connectionString: forwarder.connectionString, schema: options.schema });
  await once(vanishing, 'message');
  forwarder.dropPackets();
  const open = async () => (await admin.query("select from pg_stat_activity where state = 'idle in transaction'")).rowCount;
  expect(await open()).toBeGreaterThan(0);

  const startedAt = performance.now();
  for (let worker = 0; worker < 2; worker++) startWorker();
  await expect.poll(async () => new Set(await sent()).size, { timeout: 60_000, interval: 100 }).toBe(count);
  await annotate(`the others sent everything within ${Math.round(performance.now() - startedAt)} ms`);
  expect(await open()).toBe(0);
});
