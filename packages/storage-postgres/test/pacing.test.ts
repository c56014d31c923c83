import type { Limit } from '@sitemessage/core';
import { Client } from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { postgresStorage } from '../src/index.ts';
import { newSchema } from './schemas.ts';

async function setUp() {
  const { connectionString, schema } = newSchema();
  const storage = postgresStorage({ connectionString, schema, connections: 3 });
  await storage.migrate();
  const clients = [new Client({ connectionString }), new Client({ connectionString })] as const;
  for (const client of clients) await client.connect();
  onTestFinished(async () => {
    for (const client of clients) await client.end();
    await storage.close();
  });
  const [holder, admin] = clients;
  const paces = async () => (await admin.query(`select key, ctid from "${schema}".paces order by key`)).rows;
  return { ...storage.queue, holder, admin, paces, schema };
}

const filling: Limit = { key: 'post', intervalMs: 10, burst: 1 };
const deferrable = (address: string): Limit => ({ key: `post ${address}`, intervalMs: 0, burst: 1 });

it('writes nothing for keys that can only be deferred: their rows are neither made nor made again', async () => {
  const { reserve, defer, paces } = await setUp();
  const requests = ['ann', 'bob', 'carl'].map((address) => ({ limits: [filling, deferrable(address)] }));
  await defer('post bob', 5_000);
  const [deferred] = await paces();
  expect(await reserve(requests, 1_000, 2_000)).toMatchObject([{ granted: true }, { at: 5_000, granted: false }, { granted: true }]);
  expect(await paces()).toEqual([{ key: 'post', ctid: expect.any(String) }, deferred]);
});

it('sees what was deferred while it waited for somebody else who reserves', async () => {
  const { reserve, defer, holder, admin, schema } = await setUp();
  const requests = [{ limits: [filling, deferrable('ann')] }];
  await reserve(requests, 0, 0);
  await holder.query('begin');
  await holder.query(`select from "${schema}".paces for update`);
  const { rows } = await holder.query('select pg_backend_pid() as pid');
  const waiting = reserve(requests, 1_000, 1_000);
  const blocked = () => admin.query('select from pg_stat_activity where $1 = any(pg_blocking_pids(pid))', [rows[0].pid]);
  await expect.poll(async () => (await blocked()).rowCount).toBe(1);
  await defer('post ann', 5_000);
  await holder.query('rollback');
  expect(await waiting).toEqual([{ at: 5_000, granted: false }]);
});
