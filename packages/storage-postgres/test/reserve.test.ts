import type { Limit } from '@sitemessage/core';
import { Client, Pool } from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { postgresStorage } from '../src/index.ts';
import { newSchema } from './schemas.ts';

async function setUp() {
  const { connectionString, schema } = newSchema();
  const storage = postgresStorage({ connectionString, schema, connections: 3 });
  await storage.migrate();
  const admin = new Client({ connectionString });
  await admin.connect();
  onTestFinished(async () => {
    await admin.end();
    await storage.close();
  });
  const paces = async () => (await admin.query(`select key, ctid from "${schema}".paces order by key`)).rows;
  return { ...storage.queue, paces };
}

const filling: Limit = { key: 'post', intervalMs: 10, burst: 1 };
const deferrable = (address: string): Limit => ({ key: `post ${address}`, intervalMs: 0, burst: 1 });

it('writes no rows for keys that can only be deferred', async () => {
  const { reserve, defer, paces } = await setUp();
  const requests = ['ann', 'bob', 'carl'].map((address) => ({ limits: [filling, deferrable(address)] }));
  await defer('post bob', 5_000);
  const [deferred] = await paces();
  expect(await reserve(requests, 1_000, 2_000)).toMatchObject([{ granted: true }, { at: 5_000, granted: false }, { granted: true }]);
  expect(await paces()).toEqual([{ key: 'post', ctid: expect.any(String) }, deferred]);
});

/** Makes two storages on one database, and counts the statements of the first one. */
async function counting() {
  const { connectionString, schema } = newSchema();
  let statements = 0;
  class Counting extends Client {
    override query: Client['query'] = ((...given: Parameters<Client['query']>) => {
      statements += 1;
      return super.query(...given);
    }) as Client['query'];
  }
  const pool = new Pool({ connectionString, max: 2, Client: Counting });
  const storage = postgresStorage({ pool, schema });
  const other = postgresStorage({ connectionString, schema, connections: 1 });
  await storage.migrate();
  onTestFinished(async () => {
    await storage.close();
    await other.close();
    await pool.end();
  });
  const took = async (work: () => Promise<unknown>): Promise<number> => {
    const before = statements;
    await work();
    return statements - before;
  };
  return { ...storage.queue, other: other.queue, took };
}

it('takes one round trip, and two after another process changed the keys', async () => {
  const { reserve, defer, other, took } = await counting();
  const chats = (...names: readonly string[]) =>
    names.map((name) => ({ limits: [filling, { key: `chat ${name}`, intervalMs: 1_000, burst: 1 }, deferrable(name)] }));
  expect(await took(() => reserve(chats('ann', 'bob'), 0, 1_000))).toBe(1);
  expect(await took(() => reserve(chats('ann', 'carl', 'dora'), 100, 1_000))).toBe(1);
  await other.reserve(chats('fay'), 200, 1_200);
  expect(await took(() => reserve(chats('eve'), 200, 1_200))).toBe(2);
  await defer('post eve', 5_000);
  expect(await took(() => reserve(chats('eve'), 1_300, 2_000))).toBe(2);
  // A minute later all these times have passed.
  await other.reserve(chats('fay'), 60_000, 61_000);
  expect(await took(() => reserve(chats('ann', 'dora'), 120_000, 121_000))).toBe(1);
});

it('grants no slot twice when two processes insert the same keys at the same time', async () => {
  const { reserve, other } = await counting();
  for (let round = 0; round < 20; round++) {
    const requests = [
      { limits: [{ key: `a${round}`, intervalMs: 1_000, burst: 1 }] },
      { limits: [{ key: `b${round}`, intervalMs: 1_000, burst: 1 }] },
    ];
    const answers = await Promise.all([reserve(requests, 0, 0), other.reserve(requests.toReversed(), 0, 0)]);
    expect(answers.flat().filter(({ granted }) => granted)).toHaveLength(2);
  }
});
