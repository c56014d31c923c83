import { describe, expect, it } from 'vitest';
import { createClock } from '../src/clock.ts';
import { createSitemessage } from '../src/index.ts';
import { memoryStorage } from '../src/memory/index.ts';
import { fakeRuntime } from '../src/testing/index.ts';
import { scriptedMessenger } from './scripted-messenger.ts';

/** The storage's clock is an hour ahead of this machine's, and can be away. */
function setUp() {
  const runtime = fakeRuntime();
  const theirs = { aheadMs: 3_600_000, away: false, latencyMs: 0, reads: 0 };
  const clock = createClock(runtime, {
    ...memoryStorage(),
    async clock() {
      theirs.reads += 1;
      await runtime.sleep(theirs.latencyMs / 2);
      if (theirs.away) throw new Error('the database is away');
      const now = runtime.now() + theirs.aheadMs;
      await runtime.sleep(theirs.latencyMs / 2);
      return now;
    },
  });
  return { runtime, theirs, now: () => runtime.run(clock.now()), estimate: () => runtime.run(clock.estimate()) };
}

describe('the clock', () => {
  it('is that of the storage, asked once in 30 s', async () => {
    const { runtime, theirs, now } = setUp();
    expect(await now()).toBe(runtime.now() + 3_600_000);
    await runtime.advance(29_999);
    expect(await now()).toBe(runtime.now() + 3_600_000);
    expect(theirs.reads).toBe(1);
    await runtime.advance(1);
    expect(await now()).toBe(runtime.now() + 3_600_000);
    expect(theirs.reads).toBe(2);
  });

  it('follows the storage when its clock is set', async () => {
    const { runtime, theirs, now } = setUp();
    await now();
    theirs.aheadMs = -5_000;
    await runtime.advance(30_000);
    expect(await now()).toBe(runtime.now() - 5_000);
  });

  it('does not follow the clock of this machine when that one is set', async () => {
    const { runtime, now } = setUp();
    const before = await now();
    runtime.setNow(0);
    await runtime.advance(10);
    expect(await now()).toBe(before + 10);
  });

  it('takes it that the answer was made half way', async () => {
    const { runtime, theirs, now } = setUp();
    theirs.latencyMs = 200;
    expect(await now()).toBe(runtime.now() + 3_600_000);
  });

  it('is estimated without asking, once it is known', async () => {
    const { runtime, theirs, estimate } = setUp();
    expect(await estimate()).toBe(runtime.now() + 3_600_000);
    theirs.away = true;
    await runtime.advance(100_000);
    expect(await estimate()).toBe(runtime.now() + 3_600_000);
    expect(theirs.reads).toBe(1);
  });

  it('cannot begin without the storage', async () => {
    const { theirs, runtime, now } = setUp();
    theirs.away = true;
    await expect(now()).rejects.toThrow('the database is away');
    theirs.away = false;
    expect(await now()).toBe(runtime.now() + 3_600_000);
  });

  it('goes on without the storage once it knows the difference, and asks again later', async () => {
    const { theirs, runtime, now } = setUp();
    await now();
    theirs.away = true;
    await runtime.advance(30_000);
    expect(await now()).toBe(runtime.now() + 3_600_000);
    theirs.away = false;
    theirs.aheadMs = 0;
    await runtime.advance(30_000);
    expect(await now()).toBe(runtime.now());
  });
});

it('is away for a moment after a send: what was sent is sent, and not sent again', async () => {
  const runtime = fakeRuntime();
  const memory = memoryStorage({ runtime });
  const scripted = scriptedMessenger({ timeoutMs: 60_000 });
  let fails = 0;
  const storage = {
    ...memory,
    async clock() {
      if (fails-- > 0) throw new Error('the database is away');
      return memory.clock();
    },
  };
  const site = createSitemessage({ storage, runtime, messengers: [scripted.messenger] });
  scripted.script = async () => {
    await runtime.sleep(31_000);
    fails = 1;
    return undefined;
  };
  await site.scheduleMessages('Hi', site.recipients('scripted', 'a'));
  expect(await runtime.run(site.sendScheduledMessages())).toMatchObject({ sent: 1, error: 0 });
});
