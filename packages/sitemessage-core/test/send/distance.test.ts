import { describe, expect, it } from 'vitest';
import { createSitemessage, defineMessageType, TransientError } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import type { Storage } from '../../src/storage/index.ts';
import { type FakeRuntime, fakeRuntime } from '../../src/testing/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';
import { excess } from './shared-pace.ts';

const perSecond = { intervalMs: 1_000 / 30, burst: 1 };
const perChat = { intervalMs: 1_000, burst: 1 };
const limits = (address: string) => [
  { key: 'overall', ...perSecond },
  { key: `chat ${address}`, ...perChat },
];

/** Every call takes a round trip: half of it before its effect, half of it after. */
function far(storage: Storage, roundTripMs: number, runtime: FakeRuntime): Storage {
  const delayed =
    <Arguments extends unknown[], Result>(work: (...given: Arguments) => Promise<Result>) =>
    async (...given: Arguments): Promise<Result> => {
      await runtime.sleep(roundTripMs / 2);
      const result = await work(...given);
      await runtime.sleep(roundTripMs / 2);
      return result;
    };
  const { queue, suppressions } = storage;
  return {
    ...storage,
    concurrency: 10,
    clock: delayed(storage.clock),
    queue: {
      ...queue,
      claim: delayed(queue.claim),
      settle: delayed(queue.settle),
      reserve: delayed(queue.reserve),
      defer: delayed(queue.defer),
      counts: delayed(queue.counts),
      openQueues: delayed(queue.openQueues),
    },
    suppressions: { ...suppressions, among: delayed(suppressions.among) },
  };
}

function setUp(roundTripMs: number, workers = 1, hasLimits = true) {
  const runtime = fakeRuntime();
  const memory = memoryStorage({ runtime });
  const sends: { readonly at: number; readonly address: string }[] = [];
  const script: { answer?: (address: string) => void } = {};
  const sites = Array.from({ length: workers }, () => {
    const scripted = scriptedMessenger({ concurrency: 10, ...(hasLimits && { limits }) });
    scripted.script = ({ address }) => {
      sends.push({ at: runtime.monotonic(), address });
      script.answer?.(address);
      return undefined;
    };
    return createSitemessage({
      storage: far(memory, roundTripMs, runtime),
      runtime,
      messengers: [scripted.messenger],
      messageTypes: [ticket],
    });
  });
  const office = createSitemessage({
    storage: memory,
    runtime,
    messengers: [scriptedMessenger({ limits }).messenger],
    messageTypes: [ticket],
  });
  return {
    runtime,
    sends,
    script,
    start: () => sites.map((site) => site.startWorker()),
    schedule: (count: number, message: string | ReturnType<typeof ticket> = 'Hi') =>
      office.scheduleMessages(
        message,
        office.recipients(
          'scripted',
          Array.from({ length: count }, (_, index) => `chat${index}`),
        ),
      ),
  };
}

const ticket = defineMessageType({ alias: 'ticket', title: 'Ticket', onUnknown: 'hold', render: { default: () => ({ text: 'Yours' }) } });

describe.each([0, 5, 20, 80, 300])('with a database that is %d ms away', (roundTripMs) => {
  it('a messenger with limits sends one message after some round trips', async () => {
    const { runtime, sends, start, schedule } = setUp(roundTripMs);
    await schedule(1);
    const workers = start();
    await runtime.advance(10 * roundTripMs + 100);
    expect(sends).toHaveLength(1);
    await runtime.run(Promise.all(workers.map((worker) => worker.stop())));
  });

  it('sends what must not be repeated, of which the storage is told before', async () => {
    const { runtime, sends, start, schedule } = setUp(roundTripMs);
    await schedule(60, ticket({}));
    const workers = start();
    await runtime.advance(15_000);
    expect(sends).toHaveLength(60);
    await runtime.run(Promise.all(workers.map((worker) => worker.stop())));
  });

  it('four workers keep the pace, and come near to it', async () => {
    const { runtime, sends, start, schedule } = setUp(roundTripMs, 4);
    await schedule(600);
    const workers = start();
    await runtime.advance(30_000);
    const times = sends.map(({ at }) => at);
    expect(sends.length).toBeGreaterThan(500);
    expect(new Set(sends.map(({ address }) => address)).size).toBe(sends.length);
    // A slot may be used up to 100 ms late.
    expect(excess(times, perSecond, 100)).toBeLessThanOrEqual(0);
    await runtime.run(Promise.all(workers.map((worker) => worker.stop())));
  });

  it('four workers obey a 429 within a second, and the one that met it at once', async () => {
    const { runtime, sends, script, start, schedule } = setUp(roundTripMs, 4);
    await schedule(600);
    let refusedAt: number | undefined;
    script.answer = () => {
      if (refusedAt !== undefined || sends.length < 90) return;
      refusedAt = runtime.monotonic();
      throw new TransientError('slow down', { scope: 'messenger', retryAfterMs: 20_000 });
    };
    const workers = start();
    await runtime.advance(15_000);
    expect(refusedAt).toBeGreaterThan(0);
    // The word of it takes half a round trip to the storage.
    const late = sends.filter(({ at }) => at > (refusedAt as number) + 1_000 + roundTripMs / 2);
    expect(late).toEqual([]);
    await runtime.run(Promise.all(workers.map((worker) => worker.stop())));
  });
});

it.each([900, 1_500, 4_000])('a messenger without limits sends, however slow the database is: %d ms', async (roundTripMs) => {
  const { runtime, sends, start, schedule } = setUp(roundTripMs, 1, false);
  await schedule(60);
  const workers = start();
  await runtime.advance(60_000);
  expect(sends).toHaveLength(60);
  await runtime.run(Promise.all(workers.map((worker) => worker.stop())));
});

it('a stall of one reservation leaves no seconds unused afterwards', async () => {
  const runtime = fakeRuntime();
  const memory = memoryStorage({ runtime });
  let calls = 0;
  const storage: Storage = {
    ...memory,
    queue: {
      ...memory.queue,
      async reserve(...given) {
        calls += 1;
        if (calls === 5) await runtime.sleep(5_000);
        return memory.queue.reserve(...given);
      },
    },
  };
  const scripted = scriptedMessenger({ concurrency: 4, limits: () => [{ key: 'scripted', intervalMs: 100, burst: 1 }] });
  const times: number[] = [];
  scripted.script = () => {
    times.push(runtime.monotonic());
    return undefined;
  };
  const site = createSitemessage({ storage, runtime, messengers: [scripted.messenger] });
  await site.scheduleMessages(
    'Hi',
    site.recipients(
      'scripted',
      Array.from({ length: 200 }, (_, index) => `user${index}`),
    ),
  );
  const worker = site.startWorker();
  await runtime.advance(28_000);
  const gaps = times.slice(1).map((at, index) => at - (times[index] as number));
  expect(gaps.filter((gap) => gap > 1_500)).toHaveLength(1);
  expect(times).toHaveLength(200);
  await runtime.run(worker.stop());
});
