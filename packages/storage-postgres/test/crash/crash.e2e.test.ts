import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSitemessage, defineMessenger } from '@sitemessage/core';
import { type PostgresServer, startPostgres } from '@sitemessage/test-support/postgres';
import { expect, it, onTestFinished } from 'vitest';
import { postgresStorage } from '../../src/index.ts';
import type { WorkerOrders } from './worker.ts';

const workers = 4;
const concurrency = 5;
/** Results that may not be stored at any time. */
const unsettled = 50;
const leaseMs = 2_000;

const post = defineMessenger({
  alias: 'post',
  package: 'post',
  title: 'Post',
  getAddress: (address: string) => address,
  create: (_: object) => ({ send: async () => undefined }),
});

/** The numbers of Park and Miller: the same ones for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

interface StartedWorker {
  readonly child: ChildProcess;
  /** Resolves when it works, and listens to signals: one that is still loading would be ended by a SIGTERM like any process. */
  readonly working: Promise<unknown>;
}

/** So many dispatches, four workers, and what went out. */
async function setUp(count: number) {
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-crash-'));
  const server: PostgresServer = await startPostgres();
  const log = join(folder, 'sent');
  const orders: WorkerOrders = { connectionString: server.connectionString, schema: 'crash', log, concurrency, leaseMs };
  const { connectionString, schema } = orders;
  const site = createSitemessage({ storage: postgresStorage({ connectionString, schema }), messengers: [post({})] });
  await site.scheduleMessages(
    'Hello',
    site.recipients(
      'post',
      Array.from({ length: count }, (_, index) => `reader${index}`),
    ),
  );
  const start = (): StartedWorker => {
    const child = fork(join(import.meta.dirname, 'worker.ts'), [JSON.stringify(orders)]);
    return { child, working: once(child, 'message') };
  };
  const started = Array.from({ length: workers }, start);
  onTestFinished(async () => {
    for (const { child } of started) child.kill('SIGKILL');
    await site.close().catch(() => undefined);
    await server.close();
    await rm(folder, { recursive: true });
  });
  const sent = async () => (await readFile(log, 'utf8').catch(() => '')).trimEnd().split('\n');
  return {
    server,
    site,
    /** Ends a worker at once, and starts another one in its place. */
    async replace(index: number) {
      const { child } = started[index] as StartedWorker;
      const died = once(child, 'exit');
      child.kill('SIGKILL');
      await died;
      started[index] = start();
    },
    sent,
    /** Resolves when so many messages are out. */
    until: (messages: number) =>
      expect.poll(async () => (await sent()).length, { timeout: 60_000, interval: 20 }).toBeGreaterThanOrEqual(messages),
    /** Resolves when nothing is left to do, and everybody has ended by himself. */
    async end() {
      await expect.poll(() => site.counts(), { timeout: 120_000, interval: 100 }).toEqual([]);
      await Promise.all(started.map(({ working }) => working));
      const ended = started.map(({ child }) => once(child, 'exit'));
      for (const { child } of started) child.kill('SIGTERM');
      expect(await Promise.all(ended)).toEqual(started.map(() => [0, null]));
    },
  };
}

async function expectAllSent({ site, sent }: Awaited<ReturnType<typeof setUp>>, count: number, mostRepeats: number): Promise<number> {
  const ids = await sent();
  expect(new Set(ids).size).toBe(count);
  expect(await site.counts({ since: 0 })).toEqual([{ messenger: 'post', type: 'plain', status: 'sent', count }]);
  const repeats = ids.length - count;
  expect(repeats).toBeLessThanOrEqual(mostRepeats);
  return repeats;
}

it('20,000 dispatches through four workers: each goes out once', async ({ annotate }) => {
  const trial = await setUp(20_000);
  await trial.end();
  await annotate(`${await expectAllSent(trial, 20_000, 0)} repeats`);
});

it('a worker is killed twenty times: all go out, and few of them twice', async ({ annotate }) => {
  const kills = 20;
  const random = randomFrom(7);
  const trial = await setUp(20_000);
  for (let kill = 0; kill < kills; kill++) {
    await trial.until(Math.floor(((kill + random()) / kills) * 18_000));
    await trial.replace(Math.floor(random() * workers));
  }
  await trial.end();
  const repeats = await expectAllSent(trial, 20_000, kills * (concurrency + unsettled));
  await annotate(`${repeats} repeats after ${kills} kills, ${kills * (concurrency + unsettled)} are allowed`);
});

it('the database is restarted three times, and a worker is killed each time: all go out', async ({ annotate }) => {
  const trial = await setUp(20_000);
  const restarts = 3;
  for (let restart = 1; restart <= restarts; restart++) {
    await trial.until(restart * 4_000);
    await trial.server.stop();
    await trial.replace(0);
    await trial.server.start();
  }
  await trial.end();
  // Who was not killed keeps its results, and stores them when the database is back: sooner than anybody else may claim them, or not.
  const most = restarts * workers * (concurrency + unsettled);
  await annotate(`${await expectAllSent(trial, 20_000, most)} repeats after ${restarts} restarts, ${most} are allowed`);
});
