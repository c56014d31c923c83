import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { setUp, terminate } from './set-up.ts';

const workers = 4;
const concurrency = 5;
/** The number of results that may wait to be stored at any time. */
const unsettled = 50;

/** Returns the random numbers of Park and Miller. The same seed gives the same numbers. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

interface StartedWorker {
  readonly child: ChildProcess;
  /** Resolves when the worker handles signals. A SIGTERM while it loads would end it with an error. */
  readonly working: Promise<unknown>;
}

/** Schedules `count` dispatches and starts four workers. */
async function startWorkers(count: number) {
  const { server, site, startWorker, sent } = await setUp(count);
  const start = (): StartedWorker => {
    const child = startWorker({ concurrency });
    return { child, working: once(child, 'message') };
  };
  const started = Array.from({ length: workers }, start);
  return {
    server,
    site,
    /** Kills a worker, and starts another one in its place. */
    async replace(index: number) {
      const { child } = started[index] as StartedWorker;
      const died = once(child, 'exit');
      child.kill('SIGKILL');
      await died;
      started[index] = start();
    },
    sent,
    /** Resolves when this many messages went out. */
    until: (messages: number) =>
      expect.poll(async () => (await sent()).length, { timeout: 60_000, interval: 20 }).toBeGreaterThanOrEqual(messages),
    /** Resolves when nothing is left to send and every worker has stopped after a SIGTERM. */
    async end() {
      await expect.poll(() => site.counts(), { timeout: 120_000, interval: 100 }).toEqual([]);
      await Promise.all(started.map(({ working }) => working));
      expect(await Promise.all(started.map(({ child }) => terminate(child)))).toEqual(started.map(() => [0, null]));
    },
  };
}

async function expectAllSent(
  { site, sent }: Awaited<ReturnType<typeof startWorkers>>,
  count: number,
  mostRepeats: number,
): Promise<number> {
  const ids = await sent();
  expect(new Set(ids).size).toBe(count);
  expect(await site.counts({ since: 0 })).toEqual([{ messenger: 'post', type: 'plain', status: 'sent', count }]);
  const repeats = ids.length - count;
  expect(repeats).toBeLessThanOrEqual(mostRepeats);
  return repeats;
}

it('20,000 dispatches through four workers: each goes out once', async ({ annotate }) => {
  const run = await startWorkers(20_000);
  await run.end();
  await annotate(`${await expectAllSent(run, 20_000, 0)} repeats`);
});

it('a worker is killed twenty times: all go out, and few of them twice', async ({ annotate }) => {
  const kills = 20;
  const random = randomFrom(7);
  const run = await startWorkers(20_000);
  for (let kill = 0; kill < kills; kill++) {
    await run.until(Math.floor(((kill + random()) / kills) * 18_000));
    await run.replace(Math.floor(random() * workers));
  }
  await run.end();
  const repeats = await expectAllSent(run, 20_000, kills * (concurrency + unsettled));
  await annotate(`${repeats} repeats after ${kills} kills, ${kills * (concurrency + unsettled)} are allowed`);
});

it('the database is restarted three times, and a worker is killed each time: all go out', async ({ annotate }) => {
  const run = await startWorkers(20_000);
  const restarts = 3;
  for (let restart = 1; restart <= restarts; restart++) {
    await run.until(restart * 4_000);
    await run.server.stop();
    await run.replace(0);
    await run.server.start();
  }
  await run.end();
  // A worker that was not killed stores its results when the database is back. Another one may have claimed
  // them by then.
  const most = restarts * workers * (concurrency + unsettled);
  await annotate(`${await expectAllSent(run, 20_000, most)} repeats after ${restarts} restarts, ${most} are allowed`);
});
