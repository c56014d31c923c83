import { randomUUID } from 'node:crypto';
import { createSitemessage, defineMessenger, type SitemessageEvent } from '@sitemessage/core';
import { Client } from 'pg';
import { expect, inject, it, onTestFinished } from 'vitest';
import { postgresStorage } from '../src/index.ts';

/** Creates a database. Connections that are made while it is demoted take no writes. */
async function setUp() {
  const name = `failover_${randomUUID()}`;
  const admin = new Client({ connectionString: inject('postgres') });
  await admin.connect();
  await admin.query(`create database "${name}"`);
  const address = new URL(inject('postgres'));
  address.pathname = `/${name}`;
  const storage = postgresStorage({ connectionString: address.href, connections: 2 });
  onTestFinished(async () => {
    await storage.close();
    await admin.query(`drop database "${name}" with (force)`);
    await admin.end();
  });
  await storage.migrate();
  return {
    storage,
    async demote() {
      await admin.query(`alter database "${name}" set default_transaction_read_only = on`);
      const cut = () => admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
      await expect.poll(async () => (await cut()).rowCount).toBe(0);
    },
    promote: () => admin.query(`alter database "${name}" set default_transaction_read_only = off`),
  };
}

const readOnly = { kind: 'transient', code: 'storage_unreachable', message: expect.stringContaining('takes no writes') };

it('a connection to a server without writes is closed, since the next one may reach the new primary', async () => {
  const { storage, demote, promote } = await setUp();
  await demote();
  // The first statement may get a connection that was cut.
  await expect.poll(() => storage.queue.defer('k', 1).catch((error: unknown) => error)).toMatchObject(readOnly);
  await expect(storage.queue.defer('k', 1)).rejects.toMatchObject(readOnly);
  await promote();
  expect(await storage.queue.defer('k', 1)).toBeUndefined();
});

it('a worker reports it, and goes on when the server takes writes again', async () => {
  const { storage, demote, promote } = await setUp();
  const sent: string[] = [];
  const post = defineMessenger({
    alias: 'post',
    package: 'post',
    title: 'Post',
    getAddress: (address: string) => address,
    create: (_: object) => ({ send: async ({ address }) => void sent.push(address) }),
  });
  const site = createSitemessage({ storage, messengers: [post({})] });
  const events: SitemessageEvent[] = [];
  site.onEvent((event) => events.push(event));
  await site.scheduleMessages('Hi', site.recipients('post', 'ann'));
  await demote();
  const worker = site.startWorker({ pollIntervalMs: 50 });
  onTestFinished(() => worker.stop());
  const { kind, code, message } = readOnly;
  await expect.poll(() => events).toContainEqual({ type: 'storage_failed', error: { kind, code, message } });
  expect(sent).toEqual([]);
  await promote();
  await expect.poll(() => sent, { timeout: 15_000 }).toEqual(['ann']);
});
