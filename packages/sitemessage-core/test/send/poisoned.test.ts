import { expect, it } from 'vitest';
import { ConfigurationError, createSitemessage, type SitemessageEvent } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';

const hourMs = 60 * 60_000;
const poisoned = 'poisoned';
const others = Array.from({ length: 199 }, (_, index) => `user${index}`);
const intervalMs = 500;

it.each([
  ['one at a time', 1],
  ['eight at once', 8],
])(
  'one poisoned dispatch of 200 holds up the others, %s and within a limit, for no more than a short pause each time',
  async (_, concurrency) => {
    const runtime = fakeRuntime();
    const scripted = scriptedMessenger({ concurrency, limits: () => [{ key: 'scripted', intervalMs, burst: 1 }] });
    const times: number[] = [];
    scripted.script = ({ address }) => {
      if (address === poisoned) throw new ConfigurationError('this one cannot be sent at all');
      times.push(runtime.monotonic());
      return undefined;
    };
    const site = createSitemessage({ storage: memoryStorage({ runtime }), runtime, messengers: [scripted.messenger] });
    const events: SitemessageEvent[] = [];
    site.onEvent((event) => events.push(event));
    const pauses: number[] = [];
    site.onEvent((event) => event.type === 'paused' && pauses.push(event.until - runtime.now()));

    const worker = site.startWorker({ pollIntervalMs: 20_000 });
    await site.scheduleMessages('Hi', site.recipients('scripted', poisoned), { dueAt: runtime.now() - 1_000 });
    await site.scheduleMessages('Hi', site.recipients('scripted', others));
    // At two a second they take 100 s, in which the poisoned one comes up three times at most.
    await runtime.advance(200 * intervalMs + 3 * 6_000 + 2_000);
    expect(times).toHaveLength(199);
    const waits = times.slice(1).map((at, index) => at - (times[index] as number));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(intervalMs);

    // It fails in the end, and everybody else's messages go out all the while.
    for (let hour = 0; hour < 24; hour++) {
      await site.scheduleMessages('Hi again', site.recipients('scripted', `late${hour}`));
      await runtime.advance(hourMs);
    }
    await runtime.run(worker.stop());
    const left = (await Array.fromAsync(site.list())).filter(({ status }) => status !== 'sent');
    expect(left).toMatchObject([{ address: poisoned, status: 'failed', attempt: 10 }]);
    expect(times).toHaveLength(199 + 24);
    // Each time something else goes out between, so that no pause is longer than the first.
    expect(pauses.slice(0, 3)).toEqual([5_000, 5_000, 5_000]);
  },
);
