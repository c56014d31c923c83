import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSitemessage, defineMessenger } from '@sitemessage/core';
import { startPostgres } from '@sitemessage/test-support/postgres';
import { Client } from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { postgresStorage } from '../../src/index.ts';
import { startForwarder } from '../forwarder.ts';
import type { VanishingOrders } from './vanishing.ts';
import type { WorkerOrders } from './worker.ts';

const schema = 'crash';
/** More than are stored as one row each. */
const count = 10_500;

const post = defineMessenger({
  alias: 'post',
  package: 'post',
  title: 'Post',
  getAddress: (address: string) => address,
  create: (_: object) => ({ send: async () => undefined }),
});

it('a worker that vanishes inside a transaction holds up the others for seconds', async ({ annotate }) => {
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-vanished-'));
  const server = await startPostgres();
  const { connectionString } = server;
  const forwarder = await startForwarder(connectionString);
  const site = createSitemessage({ storage: postgresStorage({ connectionString, schema }), messengers: [post({})] });
  const admin = new Client({ connectionString });
  await admin.connect();
  await site.scheduleMessages(
    'Hello',
    site.recipients(
      'post',
      Array.from({ length: count }, (_, index) => `reader${index}`),
    ),
  );

  const vanishes: VanishingOrders = { connectionString: forwarder.connectionString, schema };
  const vanishing = fork(join(import.meta.dirname, 'vanishing.ts'), [JSON.stringify(vanishes)]);
  const log = join(folder, 'sent');
  const orders: WorkerOrders = { connectionString, schema, log, concurrency: 5, leaseMs: 2_000 };
  const others: ReturnType<typeof fork>[] = [];
  onTestFinished(async () => {
    for (const child of [vanishing, ...others]) child.kill('SIGKILL');
    await admin.end();
    await site.close();
    await forwarder.close();
    await server.close();
    await rm(folder, { recursive: true });
  });
  await once(vanishing, 'message');
  forwarder.goSilent();
  const open = async () => (await admin.query("select from pg_stat_activity where state = 'idle in transaction'")).rowCount;
  expect(await open()).toBeGreaterThan(0);

  const start = performance.now();
  for (let worker = 0; worker < 2; worker++) others.push(fork(join(import.meta.dirname, 'worker.ts'), [JSON.stringify(orders)]));
  const sent = async () => new Set((await readFile(log, 'utf8').catch(() => '')).trimEnd().split('\n')).size;
  await expect.poll(sent, { timeout: 60_000, interval: 100 }).toBe(count);
  await annotate(`the others sent everything within ${Math.round(performance.now() - start)} ms`);
  expect(await open()).toBe(0);
});
