import { once } from 'node:events';
import { createSitemessage, defineMessenger, type SitemessageEvent } from '@sitemessage/core';
import { Client, escapeIdentifier } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { postgresStorage } from '../src/index.ts';
import { newSchema } from './schemas.ts';

/** An interval that is longer than any test, so that no worker polls. */
const pollIntervalMs = 600_000;

const post = defineMessenger({
  alias: 'post',
  package: 'post',
  title: 'Post',
  getAddress: (address: string) => address,
  create: ({ sent }: { readonly sent: string[] }) => ({
    async send({ address }) {
      sent.push(address);
    },
  }),
});

/** Makes a site that schedules and a site that sends, with separate connections. */
async function setUp({ notifies = true, listensAt = undefined as string | undefined } = {}) {
  const { connectionString, schema } = newSchema();
  const listenConnectionString = listensAt ?? connectionString;
  const sent: string[] = [];
  const siteOf = (listens: boolean) =>
    createSitemessage({
      storage: postgresStorage({ connectionString, schema, ...(listens && { listenConnectionString }) }),
      messengers: [post({ sent })],
    });
  const shop = siteOf(notifies);
  const office = siteOf(true);
  const admin = new Client({ connectionString });
  await admin.connect();
  onTestFinished(async () => {
    await shop.close();
    await office.close();
    await admin.end();
  });
  const listeners = async (): Promise<number[]> => {
    const query = `listen ${escapeIdentifier(schema)}`;
    const { rows } = await admin.query<{ pid: number }>(`select pid from pg_stat_activity where query = $1`, [query]);
    return rows.map(({ pid }) => pid);
  };
  const events: SitemessageEvent[] = [];
  office.onEvent((event) => events.push(event));
  return {
    shop,
    admin,
    /** Returns the failures to listen that the worker has reported. */
    failures: () => events.filter(({ type }) => type === 'watch_failed'),
    schema,
    connectionString,
    listeners,
    untilSent: (...addresses: string[]) => expect.poll(() => sent, { timeout: 10_000 }).toEqual(addresses),
    schedule: (address: string) => shop.scheduleMessages('Hi', shop.recipients('post', address)),
    start: () => office.startWorker({ pollIntervalMs }),
    /** Resolves when the worker listens, and has looked for earlier dispatches. */
    async listening() {
      await expect.poll(listeners, { timeout: 10_000 }).toHaveLength(1);
      await office.counts();
    },
  };
}

describe('an idle worker that listens', () => {
  it('is woken by what another process stores', async () => {
    const { start, schedule, listening, untilSent } = await setUp();
    start();
    await listening();
    await schedule('ann');
    await untilSent('ann');
    await schedule('bob');
    await untilSent('ann', 'bob');
  });

  it('is woken when a transaction of the application commits', async () => {
    const { start, shop, admin, listening, untilSent } = await setUp();
    start();
    await listening();
    const prepared = await shop.prepare('Hi', shop.recipients('post', 'ann'));
    await admin.query('begin');
    await prepared.save(admin);
    await admin.query('commit');
    await untilSent('ann');
  });

  it('is woken by a list that is stored in pages', async () => {
    const { start, shop, listening, untilSent } = await setUp();
    start();
    await listening();
    const twice = Array.from({ length: 10_001 }, () => 'ann');
    await shop.scheduleMessages('Hi', shop.recipients('post', twice));
    await untilSent('ann');
  });

  it('listens again after its connection was cut, and looks for dispatches of the meantime', async () => {
    const { start, schedule, admin, listeners, listening, untilSent, failures } = await setUp();
    start();
    await listening();
    for (const pid of await listeners()) await admin.query('select pg_terminate_backend($1)', [pid]);
    await schedule('ann');
    await untilSent('ann');
    await listening();
    expect(failures()).toMatchObject([{ error: { code: 'storage_unreachable', message: expect.stringContaining('administrator') } }]);
    await schedule('bob');
    await untilSent('ann', 'bob');
  });

  it('closes its connection when it stops', async () => {
    const { start, listeners, listening } = await setUp();
    const worker = start();
    await listening();
    await worker.stop();
    await expect.poll(listeners).toEqual([]);
  });

  it('works without it when it cannot listen, and reports that', async () => {
    const { start, schedule, untilSent, failures } = await setUp({ listensAt: 'postgres://nobody:hunter2@127.0.0.1:1/nowhere' });
    await schedule('ann');
    start();
    await untilSent('ann');
    await expect.poll(failures).toMatchObject([{ error: { kind: 'transient', code: 'storage_unreachable' } }]);
    expect(JSON.stringify(failures())).not.toContain('hunter2');
  });
});

it('a dispatch that is not due notifies nobody, and neither does a storage without `listenConnectionString`', async () => {
  const { shop, schema, connectionString, schedule } = await setUp();
  const quiet = await setUp({ notifies: false });
  const heard: string[] = [];
  const listener = new Client({ connectionString });
  await listener.connect();
  onTestFinished(() => listener.end());
  listener.on('notification', ({ channel }) => heard.push(channel));
  for (const channel of [schema, quiet.schema]) await listener.query(`listen ${escapeIdentifier(channel)}`);
  const nextWeek = Date.now() + 7 * 24 * 60 * 60_000;
  await shop.scheduleMessages('Hi', shop.recipients('post', 'ann'), { dueAt: nextWeek });
  await quiet.schedule('ann');
  const told = once(listener, 'notification');
  await schedule('bob');
  await told;
  expect(heard).toEqual([schema]);
});
