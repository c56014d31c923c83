import { describe, expect, it } from 'vitest';
import { createSitemessage, defineMessageType, type SitemessageEvent, TransientError } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import type { Storage } from '../../src/storage/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';
import { excess } from './shared-pace.ts';

/** A messenger that may send one every `intervalMs`. */
function setUp(intervalMs: number, concurrency = 1, wrap: (storage: Storage) => Storage = (storage) => storage) {
  const runtime = fakeRuntime();
  const scripted = scriptedMessenger({ concurrency, limits: () => [{ key: 'scripted', intervalMs, burst: 1 }] });
  const site = createSitemessage({ storage: wrap(memoryStorage({ runtime })), runtime, messengers: [scripted.messenger] });
  const events: SitemessageEvent[] = [];
  site.onEvent((event) => events.push(event));
  return {
    runtime,
    scripted,
    site,
    events,
    schedule: (addresses: readonly string[]) => site.scheduleMessages('Hi', site.recipients('scripted', addresses)),
    waiting: () => Array.fromAsync(site.list({ status: 'pending' })),
  };
}

describe('a slot', () => {
  it('that was missed is given up for a later one: what waits does not go out all at once', async () => {
    const { runtime, scripted, site, schedule } = setUp(50);
    const times: number[] = [];
    scripted.script = async () => {
      times.push(runtime.monotonic());
      if (times.length === 1) await runtime.sleep(1_000);
      return undefined;
    };
    await schedule(['a', 'b', 'c', 'd']);
    expect(await runtime.run(site.sendScheduledMessages())).toMatchObject({ sent: 4, released: 0 });
    const gaps = times.slice(1).map((time, index) => time - (times[index] as number));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(50);
  });

  it('is used as soon as it comes, however long the messages take to render and the session to open', async () => {
    const { runtime, scripted, site } = setUp(200, 4);
    const times: number[] = [];
    scripted.script = async () => {
      times.push(runtime.monotonic());
      return undefined;
    };
    scripted.opening = () => runtime.sleep(700);
    const delays = [0, 0, 0, 600, 0, 0, 400, 800];
    const slow = defineMessageType({
      alias: 'slow',
      title: 'Slow',
      render: { default: () => runtime.sleep(delays.pop() as number).then(() => ({ text: 'Hi' })) },
    });
    site.registerMessageTypes(slow);
    await site.scheduleMessages(slow({}), site.recipients('scripted', ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']));
    expect(await runtime.run(site.sendScheduledMessages())).toMatchObject({ sent: 8 });
    // A slot may be used up to 100 ms late.
    expect(excess(times, { intervalMs: 200, burst: 1 }, 100)).toBeLessThanOrEqual(0);
  });

  it('is used on another session when the one that was open is lost meanwhile', async () => {
    const { runtime, scripted, site, schedule } = setUp(900, 2);
    scripted.script = async ({ attempt, address }) => {
      await runtime.sleep(500);
      if (address === 'a' && attempt === 1) throw new TransientError('the line broke', { sessionLost: true });
      return undefined;
    };
    await schedule(['a', 'b']);
    expect(await runtime.run(site.sendScheduledMessages())).toMatchObject({ sent: 1, error: 1 });
    expect(scripted.sessions.opened).toBe(2);
  });

  it('is not waited for when everything stops: its dispatch is given back, due at once', async () => {
    const { runtime, site, schedule, waiting } = setUp(900);
    await schedule(['a', 'b']);
    const stop = new AbortController();
    const sending = site.sendScheduledMessages({ signal: stop.signal });
    await runtime.advance(100);
    stop.abort();
    const stoppedAt = runtime.now();
    expect(await runtime.run(sending)).toMatchObject({ sent: 1, released: 1 });
    expect(runtime.monotonic()).toBeLessThan(200);
    expect(await waiting()).toMatchObject([{ attempt: 0, dueAt: stoppedAt }]);
  });

  it('is worth nothing when the messenger is deferred meanwhile: its dispatch is given back until then', async () => {
    const { runtime, scripted, site, schedule, waiting } = setUp(900, 2);
    const until = runtime.now() + 300 + 60_000;
    scripted.script = async () => {
      await runtime.sleep(300);
      throw new TransientError('slow down', { scope: 'messenger', retryAfterMs: 60_000 });
    };
    await schedule(['a', 'b', 'c']);
    expect(await runtime.run(site.sendScheduledMessages())).toMatchObject({ sent: 0, released: 3 });
    expect(scripted.deliveries).toHaveLength(1);
    expect((await waiting()).map(({ dueAt }) => dueAt)).toEqual([until, until, until]);
  });
});

describe('a worker that waits for a slot', () => {
  it('sends at once what may go meanwhile: somebody else who is scheduled, and what comes first', async () => {
    const runtime = fakeRuntime();
    const scripted = scriptedMessenger({ concurrency: 2, limits: (address) => [{ key: address, intervalMs: 4_000, burst: 1 }] });
    const times = new Map<string, number>();
    scripted.script = async ({ address }) => {
      times.set(address, runtime.monotonic());
      return undefined;
    };
    const site = createSitemessage({ storage: memoryStorage({ runtime }), runtime, messengers: [scripted.messenger] });
    const worker = site.startWorker();
    await site.scheduleMessages(['Hi', 'Hi again'], site.recipients('scripted', 'busy'));
    await runtime.advance(700);
    await site.scheduleMessages('Hi', site.recipients('scripted', 'other'));
    await runtime.advance(10);
    expect(times.get('other')).toBe(700);
    await runtime.advance(3_400);
    expect(times.get('busy')).toBe(4_000);
    await runtime.run(worker.stop());
  });

  it('opens the session before it reserves: no slot is missed for that', async () => {
    const { runtime, scripted, site, schedule } = setUp(1_000);
    scripted.opening = () => runtime.sleep(150);
    await schedule(['a']);
    const before = runtime.monotonic();
    await runtime.run(site.sendScheduledMessages());
    expect(runtime.monotonic() - before).toBeLessThan(200);
  });
});

describe('a deferral that cannot be stored', () => {
  it('is reported, and the dispatch is given back all the same', async () => {
    const { runtime, scripted, site, schedule, events, waiting } = setUp(0, 1, (storage) => ({
      ...storage,
      queue: { ...storage.queue, defer: () => Promise.reject(new Error('the database is away')) },
    }));
    scripted.script = () => {
      throw new TransientError('slow down', { scope: 'messenger', retryAfterMs: 60_000 });
    };
    await schedule(['a']);
    expect(await runtime.run(site.sendScheduledMessages())).toMatchObject({ released: 1 });
    expect(events).toContainEqual({
      type: 'storage_failed',
      error: { kind: 'transient', code: 'transient', message: 'the database is away' },
    });
    expect(await waiting()).toMatchObject([{ attempt: 0, dueAt: runtime.now() + 60_000 }]);
  });
});
