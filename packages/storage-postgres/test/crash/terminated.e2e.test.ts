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
import type { WorkerOrders } from './worker.ts';

const forMs = 30_000;

const post = defineMessenger({
  alias: 'post',
  package: 'post',
  title: 'Post',
  getAddress: (address: string) => address,
  create: (_: object) => ({ send: async () => undefined }),
});

it('a worker whose connections are ended by the server for 30 s goes on, and everything is sent', async ({ annotate }) => {
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-terminated-'));
  const server = await startPostgres();
  const { connectionString } = server;
  const log = join(folder, 'sent');
  const site = createSitemessage({ storage: postgresStorage({ connectionString, schema: 'crash' }), messengers: [post({})] });
  const admin = new Client({ connectionString });
  await admin.connect();
  await site.scheduleMessages('Hello', site.recipients('post', 'reader'));
  const orders: WorkerOrders = {
    connectionString: `${connectionString}?application_name=worker`,
    schema: 'crash',
    log,
    concurrency: 5,
    leaseMs: 2_000,
    listens: true,
  };
  const worker = fork(join(import.meta.dirname, 'worker.ts'), [JSON.stringify(orders)]);
  onTestFinished(async () => {
    worker.kill('SIGKILL');
    await admin.end();
    await site.close();
    await server.close();
    await rm(folder, { recursive: true });
  });
  await once(worker, 'message');

  let scheduled = 1;
  let ended = 0;
  const end = performance.now() + forMs;
  while (performance.now() < end && worker.exitCode === null) {
    const { rowCount } = await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'worker'");
    ended += rowCount ?? 0;
    if (scheduled < 5_000) {
      await site.scheduleMessages('Hello', site.recipients('post', `reader${scheduled}`));
      scheduled += 1;
    }
  }
  await annotate(`${ended} connections were ended`);
  expect(worker.exitCode).toBe(null);
  const sent = async () => new Set((await readFile(log, 'utf8').catch(() => '')).trimEnd().split('\n')).size;
  await expect.poll(sent, { timeout: 120_000, interval: 100 }).toBe(scheduled);
  const gone = once(worker, 'exit');
  worker.kill('SIGTERM');
  expect(await gone).toEqual([0, null]);
});
