import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createSitemessage, defineMessenger } from '@sitemessage/core';
import { startPostgres } from '@sitemessage/test-support/postgres';
import { describe, expect, it, onTestFinished } from 'vitest';
import { postgresStorage } from '../../src/index.ts';
import { startForwarder } from '../forwarder.ts';
import { ticket } from './messages.ts';
import { startProvider } from './provider.ts';
import type { WorkerOptions } from './worker.ts';

const schema = 'faults';
/** The number of results that a site may not have stored yet. */
const unsettled = 50;
const people = (count: number): string[] => Array.from({ length: count }, (_, index) => `user${index}`);

const post = defineMessenger({
  alias: 'post',
  package: 'post',
  title: 'Post',
  getAddress: (address: string) => address,
  create: (_: object) => ({ send: async () => undefined }),
});

/** Starts a database behind a forwarder and a provider. `start` starts a worker in a process. */
async function setUp(aliases: readonly string[] = ['post']) {
  const server = await startPostgres();
  const forwarder = await startForwarder(server.connectionString);
  const provider = await startProvider();
  const { connectionString } = server;
  const site = createSitemessage({
    storage: postgresStorage({ connectionString, schema }),
    messengers: aliases.map((alias) => post({ alias })),
    messageTypes: [ticket],
  });
  const children = new Set<ChildProcess>();
  onTestFinished(async () => {
    for (const child of children) child.kill('SIGKILL');
    await site.close();
    await provider.close();
    await forwarder.close();
    await server.close();
  });
  const start = (changes: Partial<WorkerOptions> = {}): ChildProcess => {
    const all = {
      connectionString: forwarder.connectionString,
      schema,
      providerUrl: provider.url,
      aliases,
      concurrency: 5,
      leaseMs: 2_000,
      ...changes,
    } satisfies WorkerOptions;
    const child = fork(join(import.meta.dirname, 'worker.ts'), [JSON.stringify(all)]);
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };
  return {
    forwarder,
    provider,
    site,
    start,
    /** Resolves when every dispatch is final. */
    done: () => expect.poll(() => site.counts(), { timeout: 120_000, interval: 50 }).toEqual([]),
    arrived: (count: number) => expect.poll(() => provider.arrivals.length, { timeout: 60_000, interval: 5 }).toBeGreaterThanOrEqual(count),
    records: () => Array.fromAsync(site.list()),
    async kill(child: ChildProcess) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

describe.each([0, 5, 20, 80, 300])('a database that is %d ms away', (roundTripMs) => {
  it('does not slow down a messenger with limits, nor a single message', async ({ annotate }) => {
    const { forwarder, provider, site, start, arrived } = await setUp();
    start({ perSecond: 30, leaseMs: 60_000 });
    await site.scheduleMessages('Hello', site.recipients('post', 'first'));
    await arrived(1);
    forwarder.delay(roundTripMs);
    const before = performance.now();
    await site.scheduleMessages('Hello', site.recipients('post', people(150)));
    await arrived(151);
    const tookMs = provider.arrivals.at(-1)?.at as number;
    await annotate(`150 messages took ${Math.round(tookMs - before)} ms at 30 a second`);
    // The limit takes 5 s. The round trips before the first message come on top.
    expect(tookMs - before).toBeLessThan(9_000 + 10 * roundTripMs);
    const times = provider.arrivals.slice(1).map(({ at }) => at);
    for (const [index, from] of times.entries()) {
      const inASecond = times.slice(index).filter((at) => at < from + 1_000).length;
      // A slot may be used up to 100 ms late, and the loopback takes some time.
      expect(inASecond).toBeLessThanOrEqual(31 + 6);
    }
  });
});

it('a dispatch that kills its process fails alone', async ({ annotate }) => {
  const { provider, site, start, records } = await setUp();
  await site.scheduleMessages('Hello', site.recipients('post', people(40)));
  let starts = 0;
  for (let isOver = false; !isOver; ) {
    starts += 1;
    expect(starts).toBeLessThan(30);
    const child = start({ poison: 'user17', leaseMs: 1_000 });
    const gone = once(child, 'exit').then(() => true);
    while (!isOver && !(await Promise.race([gone, new Promise<false>((resolve) => setTimeout(resolve, 100, false))]))) {
      isOver = (await site.counts()).length === 0;
    }
  }
  await annotate(`${starts} starts`);
  const all = await records();
  expect(all.filter(({ status }) => status !== 'sent')).toMatchObject([{ address: 'user17', status: 'failed' }]);
  expect(new Set(provider.arrivals.map(({ address }) => address)).size).toBe(39);
});

it('kill -9 with a type that holds: nothing is repeated, and only dispatches in flight are held', async ({ annotate }) => {
  const count = 1_500;
  const { provider, site, start, arrived, kill, done, records } = await setUp();
  await site.scheduleMessages(ticket({}), site.recipients('post', people(count)));
  const first = start();
  await arrived(300);
  await kill(first);
  start();
  await done();
  const held = (await records()).filter(({ status }) => status === 'failed');
  await annotate(`${held.length} are held`);
  expect(held.length).toBeLessThanOrEqual(5 + unsettled);
  expect(new Set(provider.arrivals.map(({ id }) => id)).size).toBe(provider.arrivals.length);
  const missing = (await records()).filter(
    ({ id, status }) => status === 'sent' && !provider.arrivals.some((arrival) => arrival.id === id),
  );
  expect(missing).toEqual([]);
});

it('kill -9 with six messengers repeats unsettled results and dispatches in flight only', async ({ annotate }) => {
  const aliases = ['one', 'two', 'three', 'four', 'five', 'six'];
  const { provider, site, start, arrived, kill, done } = await setUp(aliases);
  for (const alias of aliases) await site.scheduleMessages('Hello', site.recipients(alias, people(500)));
  const first = start();
  await arrived(1_000);
  await kill(first);
  start();
  await done();
  const repeats = provider.arrivals.length - new Set(provider.arrivals.map(({ id }) => id)).size;
  await annotate(`${repeats} repeats`);
  expect(repeats).toBeLessThanOrEqual(unsettled + aliases.length * 5);
  expect(await site.counts({ since: 0 })).toEqual(
    aliases.toSorted().map((messenger) => ({ messenger, type: 'plain', status: 'sent', count: 500 })),
  );
});

it('three workers obey a 429 within a second', async ({ annotate }) => {
  const { provider, site, start, arrived } = await setUp();
  const waitMs = 8_000;
  provider.refuse(100, waitMs);
  await site.scheduleMessages('Hello', site.recipients('post', people(400)));
  for (let worker = 0; worker < 3; worker++) start({ perSecond: 30, concurrency: 10 });
  await arrived(100);
  const refusedAt = provider.arrivals[99]?.at as number;
  await expect.poll(() => performance.now() - refusedAt, { timeout: 2 * waitMs, interval: 100 }).toBeGreaterThan(waitMs + 2_000);
  const after = provider.arrivals.slice(100).map(({ at }) => at - refusedAt);
  await annotate(
    `${after.filter((ms) => ms < waitMs / 2).length} came after it, the last one ${Math.round(Math.max(0, ...after.filter((ms) => ms < waitMs / 2)))} ms later`,
  );
  expect(after.filter((ms) => ms > 1_000 && ms < waitMs - 100)).toEqual([]);
  // Sending goes on after the wait.
  expect(after.some((ms) => ms >= waitMs - 100)).toBe(true);
});
