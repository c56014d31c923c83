import { expect, it } from 'vitest';
import { createSitemessage, type Runtime } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';

const people = Array.from({ length: 60 }, (_, index) => `user${index}`);
const suspendedMs = 10 * 60_000;

it('a machine that was suspended gives back what it had claimed, and sends none of it twice', async () => {
  const runtime = fakeRuntime();
  let suspended: Promise<void> | undefined;
  let stoodStillMs = 0;
  /** Its timers and its monotonic clock stand still while it is suspended. Its wall clock and everybody else go on. */
  const machine: Runtime = {
    ...runtime,
    monotonic: () => runtime.monotonic() - stoodStillMs,
    timer: (ms, ring) => runtime.timer(ms, () => void Promise.resolve(suspended).then(ring)),
    sleep: (ms, signal) => runtime.sleep(ms, signal).then(() => suspended),
  };
  const storage = memoryStorage({ runtime });
  const sends: string[] = [];
  const on = (own: Runtime, sleeps: boolean) => {
    const scripted = scriptedMessenger({ concurrency: 4 });
    scripted.script = async ({ address }) => {
      sends.push(address);
      await runtime.sleep(100);
      if (sleeps) await suspended;
      return undefined;
    };
    return createSitemessage({ storage, runtime: own, messengers: [scripted.messenger] });
  };
  const laptop = on(machine, true);
  const server = on(runtime, false);
  await server.scheduleMessages('Hi', server.recipients('scripted', people));
  const worker = laptop.startWorker();
  await runtime.advance(250);
  const before = sends.length;
  expect(before).toBeGreaterThan(4);

  suspended = runtime.sleep(suspendedMs);
  await runtime.advance(100);
  const other = server.startWorker();
  await runtime.advance(suspendedMs - 101);
  expect(new Set(sends).size).toBe(people.length);
  stoodStillMs = suspendedMs;
  await runtime.advance(60_000);
  await runtime.run(Promise.all([worker.stop(), other.stop()]));
  // What was in flight when it fell asleep is the only thing that may have gone twice.
  expect(sends.length).toBeLessThanOrEqual(people.length + 4);
  expect((await storage.queue.counts({ since: 0 })).map(({ status, count }) => [status, count])).toEqual([['sent', people.length]]);
});
