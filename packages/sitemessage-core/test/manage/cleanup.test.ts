import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createSitemessage, PermanentError } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import type { Storage } from '../../src/storage/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';

const dayMs = 24 * 60 * 60_000;

function setUp(wrap: (storage: Storage) => Storage = (storage) => storage) {
  const runtime = fakeRuntime();
  const storage = memoryStorage({ runtime });
  const scripted = scriptedMessenger({ concurrency: 50 });
  scripted.script = ({ address }) => {
    if (address.startsWith('bad')) throw new PermanentError('refused');
    return undefined;
  };
  const site = createSitemessage({ storage: wrap(storage), runtime, messengers: [scripted.messenger] });
  return {
    runtime,
    site,
    storage,
    scripted,
    schedule: (addresses: readonly string[], options = {}) => site.scheduleMessages('Hi', site.recipients('scripted', addresses), options),
    send: () => runtime.run(site.sendScheduledMessages()),
    statuses: async () => Object.fromEntries((await Array.fromAsync(site.list())).map(({ address, status }) => [address, status])),
  };
}

describe('cleanupSentMessages', () => {
  it('deletes what was sent long enough ago, with its message, and nothing else', async () => {
    const { schedule, send, site, runtime, statuses } = setUp();
    await schedule(['old', 'bad']);
    await schedule(['alone']);
    await send();
    await runtime.advance(10_000);
    await schedule(['young']);
    await send();
    await schedule(['waiting']);
    expect(await site.cleanupSentMessages({ olderThan: 10_000 })).toEqual({ dispatches: 0, messages: 0 });
    await runtime.advance(1);
    expect(await site.cleanupSentMessages({ olderThan: 10_000 })).toEqual({ dispatches: 2, messages: 1 });
    expect(await statuses()).toEqual({ bad: 'failed', young: 'sent', waiting: 'pending' });
  });

  it('keeps the messages when it is asked to', async () => {
    const { schedule, send, site, runtime } = setUp();
    await schedule(['a'], { key: 'order-7' });
    await send();
    await runtime.advance(1);
    expect(await site.cleanupSentMessages({ olderThan: 0, dispatchesOnly: true })).toEqual({ dispatches: 1, messages: 0 });
    expect(await schedule(['a'], { key: 'order-7' })).toMatchObject([{ dispatches: 0 }]);
  });

  it('keeps a key for 7 days longer than the message that it deletes', async () => {
    const { schedule, send, site, runtime } = setUp();
    await schedule(['a'], { key: 'order-7' });
    await send();
    await runtime.advance(90 * dayMs);
    expect(await site.cleanupSentMessages({ olderThan: 0 })).toEqual({ dispatches: 1, messages: 1 });
    await runtime.advance(7 * dayMs);
    await site.cleanupSentMessages({ olderThan: 0 });
    expect(await schedule(['a'], { key: 'order-7' })).toMatchObject([{ dispatches: 0, isNew: false }]);
    await runtime.advance(1);
    await site.cleanupSentMessages({ olderThan: 0 });
    expect(await schedule(['a'], { key: 'order-7' })).toMatchObject([{ dispatches: 1, isNew: true }]);
  });

  it('deletes in batches of 1,000, until all is gone', async () => {
    const deleted: number[] = [];
    const { schedule, send, site, runtime } = setUp((storage) => ({
      ...storage,
      queue: {
        ...storage.queue,
        async prune(request) {
          const pruned = await storage.queue.prune(request);
          deleted.push(pruned.dispatches);
          return pruned;
        },
      },
    }));
    await schedule(Array.from({ length: 2_500 }, (_, index) => `a${index}`));
    await send();
    await runtime.advance(1);
    expect(await site.cleanupSentMessages({ olderThan: 0 })).toEqual({ dispatches: 2_500, messages: 1 });
    expect(deleted).toEqual([1_000, 1_000, 500, 0]);
  });

  it('drops pages of a long list that was never stored to its end, after a day', async () => {
    const { site, storage, runtime } = setUp();
    const gate = Promise.withResolvers<void>();
    async function* unfinished() {
      for (let index = 0; index < 3; index++) {
        yield {
          id: `d${index}`,
          messageId: 'm',
          messenger: '*',
          type: 'plain',
          priority: 0,
          dueAt: 0,
          address: String(index),
          fanOut: '{}',
        };
      }
      await gate.promise;
    }
    const message = { id: 'm', type: 'plain', context: '{}', createdAt: runtime.now() };
    const storing = storage.queue.enqueue([message], unfinished(), runtime.now());
    storing.catch(() => undefined);
    await runtime.advance(dayMs);
    expect(await site.cleanupSentMessages({ olderThan: 0 })).toMatchObject({ dispatches: 0 });
    await runtime.advance(1);
    expect(await site.cleanupSentMessages({ olderThan: 0 })).toMatchObject({ dispatches: 3 });
    gate.resolve();
    await expect(storing).rejects.toThrow('pruned');
  });

  it.each([undefined, -1, Number.NaN, Number.POSITIVE_INFINITY, '1'])('refuses %j as `olderThan`', async (olderThan) => {
    const { site } = setUp();
    const refused = site.cleanupSentMessages({ olderThan: olderThan as number });
    await expect(refused).rejects.toMatchObject({ name: 'ArgumentError', code: 'option_invalid', field: 'olderThan' });
  });
});

describe('checkUndelivered', () => {
  it('counts what failed in a day, or in the time that it is given, and says so when there is any', async () => {
    const { schedule, send, site, runtime } = setUp();
    const told: number[] = [];
    const notify = (count: number): void => void told.push(count);
    expect(await site.checkUndelivered({ notify })).toBe(0);
    expect(told).toEqual([]);
    await schedule(['bad1', 'bad2', 'fine']);
    await send();
    await schedule(['waiting']);
    await runtime.advance(dayMs);
    expect(await site.checkUndelivered({ notify })).toBe(2);
    expect(told).toEqual([2]);
    expect(await site.checkUndelivered()).toBe(2);
    await schedule(['bad3']);
    await send();
    await runtime.advance(1);
    expect(await site.checkUndelivered()).toBe(1);
    expect(await site.checkUndelivered({ withinMs: 0 })).toBe(0);
    expect(await site.checkUndelivered({ withinMs: dayMs + 1 })).toBe(3);
  });

  it('waits for whoever is told, and passes on what that throws', async () => {
    const { schedule, send, site } = setUp();
    await schedule(['bad']);
    await send();
    await expect(site.checkUndelivered({ notify: () => Promise.reject(new Error('the pager is broken')) })).rejects.toThrow(
      'the pager is broken',
    );
  });
});

describe('requeue and cancel', () => {
  it('send again what failed, with all its attempts, and what was skipped', async () => {
    const { schedule, send, site, scripted, runtime, statuses } = setUp();
    await schedule(['bad', 'fine']);
    await schedule(['never'], { dueAt: runtime.now() + 1_000 });
    await send();
    expect(await site.cancel({ address: 'never' })).toBe(1);
    expect(await statuses()).toEqual({ bad: 'failed', fine: 'sent', never: 'skipped' });
    scripted.script = () => undefined;
    expect(await site.requeue({})).toBe(2);
    expect(await send()).toMatchObject({ sent: 2 });
    expect(
      scripted.deliveries
        .slice(2)
        .map(({ address, attempt }) => `${address} ${attempt}`)
        .sort(),
    ).toEqual(['bad 1', 'never 1']);
  });

  it('touch only what matches', async () => {
    const { schedule, send, site } = setUp();
    await schedule(['bad1', 'bad2']);
    await send();
    expect(await site.requeue({ address: 'bad2' })).toBe(1);
    expect(await site.counts()).toMatchObject([{ status: 'pending', count: 1 }]);
    expect(await site.cancel({ status: 'error' })).toBe(0);
    expect(await site.cancel({ type: 'plain' })).toBe(1);
  });
});

describe('cancelling a long list that is not expanded yet', () => {
  function* many(count: number): Generator<string> {
    for (let index = 0; index < count; index++) yield `a${index}`;
  }
  const scheduled = async (wrap?: (storage: Storage) => Storage) => {
    const kit = setUp(wrap);
    const [message] = await kit.site.scheduleMessages('Hi', kit.site.recipients('scripted', many(10_001)));
    return { ...kit, messageId: message?.id as string };
  };

  it.each<[what: string, filterOf: (messageId: string) => object]>([
    ['its messenger', () => ({ messenger: 'scripted' })],
    ['its message', (messageId) => ({ messageId })],
    ['nothing', () => ({})],
  ])('cancels all of it, when it is named by %s', async (_, filterOf) => {
    const { site, send, scripted, messageId } = await scheduled();
    expect(await site.cancel(filterOf(messageId))).toBe(10_001);
    expect(await send()).toMatchObject({ sent: 0 });
    expect(scripted.deliveries).toEqual([]);
  });

  it('begins with what is expanded already, and goes on after every few pages: workers send meanwhile', async () => {
    const calls: string[] = [];
    const { site } = await scheduled((storage) => ({
      ...storage,
      queue: {
        ...storage.queue,
        async cancel(...args) {
          calls.push('cancel');
          return storage.queue.cancel(...args);
        },
        async claim(request) {
          calls.push('claim');
          return storage.queue.claim(request);
        },
      },
    }));
    await site.cancel({});
    expect(calls.length).toBeGreaterThan(5);
    expect(calls).toEqual(calls.map((_, index) => (index % 2 === 0 ? 'cancel' : 'claim')));
  });

  it('counts all of it on a storage that does several things at once', async () => {
    let calls = 0;
    const { schedule, site } = setUp((storage) => ({
      ...storage,
      concurrency: 4,
      queue: {
        ...storage.queue,
        async cancel(...args) {
          const count = await storage.queue.cancel(...args);
          calls += 1;
          // So that they overlap.
          for (let turn = 0; turn < calls % 7; turn++) await setImmediate();
          return count;
        },
      },
    }));
    await schedule(Array.from({ length: 10_001 }, (_, index) => `a${index}`));
    expect(await site.cancel({})).toBe(10_001);
  });

  it('cancels one recipient of it', async () => {
    const { site, send, statuses } = await scheduled();
    expect(await site.cancel({ address: 'a7' })).toBe(1);
    expect(await send()).toMatchObject({ sent: 10_000 });
    expect(await statuses()).toMatchObject({ a7: 'skipped', a8: 'sent' });
  });

  it('leaves it as it is when something else is named by its id', async () => {
    const { site } = await scheduled();
    expect(await site.cancel({ ids: ['x'] })).toBe(0);
    expect(await site.counts()).toMatchObject([{ messenger: '*', count: 21 }]);
  });

  it('leaves it as it is when it is pages that are cancelled', async () => {
    const { site } = await scheduled();
    expect(await site.cancel({ messenger: '*' })).toBe(21);
  });

  it('waits for the pages that somebody else is expanding, or has left behind', async () => {
    const { site, storage, runtime } = await scheduled();
    const now = runtime.now();
    await storage.queue.claim({ token: 'other', now, leaseUntil: now + 10_000, limit: 3, messenger: '*', types: ['plain'] });
    expect(await runtime.run(site.cancel({ messenger: 'scripted' }))).toBe(10_001);
    expect(runtime.now() - now).toBeLessThan(11_000);
  });

  it('waits for them no longer than a minute', async () => {
    const { site, storage, runtime } = await scheduled();
    const now = runtime.now();
    await storage.queue.claim({ token: 'other', now, leaseUntil: now + 3_600_000, limit: 1, messenger: '*', types: ['plain'] });
    expect(await runtime.run(site.cancel({ messenger: 'scripted' }))).toBe(9_501);
    expect(runtime.now() - now).toBeLessThan(61_000);
  });

  it('sends little of it meanwhile: what is expanded is cancelled, page by page', async () => {
    const cancelled: number[] = [];
    const { site } = await scheduled((storage) => ({
      ...storage,
      queue: {
        ...storage.queue,
        async cancel(...args) {
          const count = await storage.queue.cancel(...args);
          cancelled.push(count);
          return count;
        },
      },
    }));
    await site.scheduleMessages('Hello', site.recipients('scripted', many(40_000)));
    expect(await site.cancel({})).toBe(50_001);
    expect(cancelled.filter((count) => count > 0).length).toBeGreaterThan(2);
    expect(Math.max(...cancelled)).toBeLessThanOrEqual(20_000);
  });
});
