import { afterEach, describe, expect, it } from 'vitest';
import {
  ConfigurationError,
  createSitemessage,
  type SitemessageEvent,
  TransientError,
  UnknownOutcomeError,
  type Worker,
  type WorkerOptions,
} from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import type { Storage } from '../../src/storage/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { type Scripted, scriptedMessenger } from '../scripted-messenger.ts';

function setUp(scripted: Scripted = scriptedMessenger(), wrap: (storage: Storage) => Storage = (storage) => storage) {
  const runtime = fakeRuntime();
  const storage = wrap(memoryStorage({ runtime }));
  const site = createSitemessage({ storage, runtime, messengers: [scripted.messenger] });
  const events: SitemessageEvent[] = [];
  site.onEvent((event) => events.push(event));
  return {
    runtime,
    storage,
    site,
    scripted,
    events: (type: SitemessageEvent['type']) => events.filter((event) => event.type === type),
    start: (options: WorkerOptions = {}) => site.startWorker(options),
    stop: (worker: Worker) => runtime.run(worker.stop()),
    schedule: (addresses: string | readonly string[], options = {}) =>
      site.scheduleMessages('Hi', site.recipients('scripted', addresses), options),
    statuses: async () => Object.fromEntries((await Array.fromAsync(site.list())).map((dispatch) => [dispatch.address, dispatch.status])),
  };
}

describe('a worker', () => {
  it('sends at once what is scheduled in its own process, also while it is busy', async () => {
    const { start, stop, schedule, scripted, runtime } = setUp();
    const worker = start({ pollIntervalMs: 60_000 });
    await runtime.advance(10);
    await schedule('a');
    await runtime.advance(10);
    expect(scripted.addresses()).toEqual(['a']);
    scripted.script = async ({ address }) => {
      if (address === 'b') await schedule('c');
      return undefined;
    };
    await schedule('b');
    await runtime.advance(10);
    expect(scripted.addresses()).toEqual(['a', 'b', 'c']);
    await stop(worker);
  });

  it('sends what comes due, at the latest a quarter past its poll interval', async () => {
    const { start, stop, schedule, scripted, runtime } = setUp();
    const worker = start({ pollIntervalMs: 1_000 });
    await schedule('a', { dueAt: runtime.now() + 10_000 });
    await runtime.advance(9_999);
    expect(scripted.deliveries).toEqual([]);
    await runtime.advance(1_251);
    expect(scripted.addresses()).toEqual(['a']);
    await stop(worker);
  });

  it('is woken when another process stores something, if the storage hears of it', async () => {
    const runtime = fakeRuntime();
    const storage = memoryStorage({ runtime });
    const scripted = scriptedMessenger();
    const elsewhere = createSitemessage({ storage, runtime, messengers: [scriptedMessenger().messenger] });
    const worker = createSitemessage({ storage, runtime, messengers: [scripted.messenger] }).startWorker({ pollIntervalMs: 60_000 });
    await runtime.advance(10);
    await elsewhere.scheduleMessages('Hi', elsewhere.recipients('scripted', 'a'));
    await runtime.advance(10);
    expect(scripted.addresses()).toEqual(['a']);
    const prepared = await elsewhere.prepare('Hi', elsewhere.recipients('scripted', 'b'));
    prepared.save();
    await runtime.advance(10);
    expect(scripted.addresses()).toEqual(['a', 'b']);
    await runtime.run(worker.stop());
  });

  it('does not go on looking together with another one', async () => {
    const looks: number[][] = [];
    const { start, stop, runtime } = setUp(scriptedMessenger(), (storage) => ({
      ...storage,
      queue: {
        ...storage.queue,
        claim(request) {
          if (request.messenger === 'scripted') looks.at(-1)?.push(runtime.monotonic());
          return storage.queue.claim(request);
        },
      },
    }));
    for (let worker = 0; worker < 2; worker++) {
      looks.push([]);
      const started = start({ pollIntervalMs: 1_000 });
      await runtime.advance(60_000);
      await stop(started);
    }
    const waits = looks.map((times) => times.slice(1).map((at, index) => at - (times[index] as number)));
    for (const wait of waits.flat()) expect(wait).toSatisfy((ms: number) => ms >= 750 && ms <= 1_250);
    expect(new Set(waits.flat()).size).toBeGreaterThan(50);
    expect(waits[0]).not.toEqual(waits[1]);
  });

  it('tries again what failed, when its back-off is over', async () => {
    const { start, stop, schedule, scripted, runtime } = setUp();
    scripted.script = ({ attempt }) => {
      if (attempt < 3) throw new Error('busy');
      return undefined;
    };
    const worker = start();
    await schedule('a');
    await runtime.advance(30_000 + 90_000 + 3_000);
    expect(scripted.deliveries.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    await stop(worker);
  });

  it('keeps its session over rounds, and closes it after 5 s without work', async () => {
    const { start, stop, schedule, scripted, runtime } = setUp();
    const worker = start({ pollIntervalMs: 60_000 });
    await schedule('a');
    await runtime.advance(4_000);
    await schedule('b');
    await runtime.advance(4_999);
    expect(scripted.sessions).toEqual({ opened: 1, closed: 0 });
    await runtime.advance(1);
    expect(scripted.sessions).toEqual({ opened: 1, closed: 1 });
    await schedule('c');
    await runtime.advance(10);
    expect(scripted.sessions).toEqual({ opened: 2, closed: 1 });
    await stop(worker);
    expect(scripted.sessions).toEqual({ opened: 2, closed: 2 });
  });

  it('expands long lists of recipients, and sends to them', async () => {
    const { start, stop, site, scripted, runtime } = setUp(scriptedMessenger({ concurrency: 50 }));
    const worker = start({ pollIntervalMs: 60_000 });
    function* many() {
      for (let index = 0; index < 12_000; index++) yield `a${index}`;
    }
    await site.scheduleMessages('Hi', site.recipients('scripted', many()));
    await runtime.advance(5_000);
    expect(new Set(scripted.addresses()).size).toBe(12_000);
    expect(scripted.deliveries).toHaveLength(12_000);
    await stop(worker);
  });

  it('pauses a messenger that cannot work: 5 s, doubling up to 5 min, one dispatch at a time, until it is mended', async () => {
    const { start, stop, schedule, scripted, runtime, events } = setUp(scriptedMessenger({ concurrency: 4 }));
    const opens: number[] = [];
    const { open } = scripted.messenger;
    Object.assign(scripted.messenger, {
      open: (context: never) => {
        opens.push(runtime.monotonic());
        return open(context);
      },
    });
    scripted.openError = new ConfigurationError('wrong password');
    const worker = start({ pollIntervalMs: 1_000 });
    await schedule(Array.from({ length: 30 }, (_, index) => `a${index}`));
    await runtime.advance(30 * 60_000);
    const waits = opens.slice(1).map((at, index) => Math.round((at - (opens[index] as number)) / 1_000));
    expect(waits.slice(0, 9)).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300]);
    scripted.openError = undefined;
    await runtime.advance(5 * 60_000);
    expect(scripted.deliveries).toHaveLength(30);
    expect(scripted.deliveries.every(({ attempt }) => attempt === 1)).toBe(true);
    expect(events('resumed')).toHaveLength(1);
    await stop(worker);
  });

  it('is not stopped by one poisoned dispatch', async () => {
    const { start, stop, schedule, scripted, runtime, statuses } = setUp();
    scripted.script = ({ address }) => {
      if (address === 'poisoned') throw new ConfigurationError('always');
      return undefined;
    };
    const worker = start({ pollIntervalMs: 60_000 });
    await schedule('poisoned');
    await schedule(['a', 'b', 'c']);
    await runtime.advance(10_000);
    expect(await statuses()).toEqual({ poisoned: 'error', a: 'sent', b: 'sent', c: 'sent' });
    await runtime.advance(24 * 60 * 60_000);
    expect(await statuses()).toMatchObject({ poisoned: 'failed' });
    await stop(worker);
  });

  it('tells of an outage of the storage once when it begins and once when it ends, also of one that some of the work goes on in', async () => {
    let away = true;
    const { start, stop, runtime, events } = setUp(scriptedMessenger(), (storage) => ({
      ...storage,
      queue: {
        ...storage.queue,
        claim: async (request) => {
          if (away && request.messenger === 'scripted') throw new Error('ECONNREFUSED');
          return storage.queue.claim(request);
        },
      },
    }));
    const workers = [start(), start()];
    await runtime.advance(300_000);
    expect(events('storage_failed')).toEqual([
      { type: 'storage_failed', error: { kind: 'transient', code: 'transient', message: 'ECONNREFUSED' } },
    ]);
    expect(events('storage_recovered')).toEqual([]);
    away = false;
    await runtime.advance(40_000);
    expect([...events('storage_failed'), ...events('storage_recovered')]).toHaveLength(2);
    for (const worker of workers) await stop(worker);
  });

  it('loses nothing when the storage is away for minutes, before and while it works', async () => {
    let away = true;
    const { start, stop, schedule, scripted, runtime, events, statuses } = setUp(scriptedMessenger(), (storage) => {
      const gate =
        <Args extends unknown[], T>(work: (...args: Args) => Promise<T>) =>
        async (...args: Args): Promise<T> => {
          if (away) throw new Error('ECONNREFUSED');
          return work(...args);
        };
      const { claim, settle, reserve, openQueues } = storage.queue;
      const queue = { ...storage.queue, claim: gate(claim), settle: gate(settle), reserve: gate(reserve), openQueues: gate(openQueues) };
      return { ...storage, migrate: gate(() => storage.migrate()), clock: gate(() => storage.clock()), queue };
    });
    const worker = start();
    await runtime.advance(60_000);
    expect([events('storage_failed').length, events('storage_recovered').length]).toEqual([1, 0]);
    away = false;
    await runtime.advance(40_000);
    expect([events('storage_failed').length, events('storage_recovered').length]).toEqual([1, 1]);
    scripted.script = () => {
      away = true;
      return undefined;
    };
    await schedule(['a', 'b']);
    await runtime.advance(50_000);
    away = false;
    scripted.script = () => undefined;
    await runtime.advance(60_000);
    expect(await statuses()).toEqual({ a: 'sent', b: 'sent' });
    expect([events('storage_failed').length, events('storage_recovered').length]).toEqual([2, 2]);
    expect(scripted.addresses().sort()).toEqual(['a', 'b']);
    await stop(worker);
  });

  it('reports what it leaves untouched, every minute', async () => {
    const { start, stop, storage, runtime, events } = setUp();
    await storage.queue.enqueue(
      [{ id: 'm', type: 'plain', context: '{}', createdAt: 0 }],
      [{ id: 'd', messageId: 'm', messenger: 'pager', type: 'plain', priority: 0, dueAt: 0, address: '1' }],
      0,
    );
    const worker = start();
    await runtime.advance(125_000);
    expect(events('untouched')).toHaveLength(3);
    await stop(worker);
  });
});

describe('stopping a worker', () => {
  it('finishes what is in flight, gives back the rest, closes the session, and leaves nobody sleeping', async () => {
    const { start, stop, schedule, scripted, runtime, statuses } = setUp(scriptedMessenger({ concurrency: 2 }));
    scripted.script = async () => {
      await runtime.sleep(1_000);
      return undefined;
    };
    const worker = start();
    await schedule(['a', 'b', 'c', 'd', 'e']);
    await runtime.advance(500);
    await stop(worker);
    expect(Object.values(await statuses()).sort()).toEqual(['pending', 'pending', 'pending', 'sent', 'sent']);
    expect(scripted.sessions).toEqual({ opened: 1, closed: 1 });
    expect(runtime.pendingTimers()).toBe(0);
  });

  it('cuts off what does not end in time', async () => {
    const { start, stop, schedule, scripted, runtime, statuses } = setUp(scriptedMessenger({ timeoutMs: 600_000 }));
    scripted.script = () => new Promise(() => undefined);
    const worker = start({ stopTimeoutMs: 5_000 });
    await schedule('a');
    await runtime.advance(100);
    const before = runtime.monotonic();
    await stop(worker);
    expect(runtime.monotonic() - before).toBeLessThanOrEqual(6_100);
    expect(await statuses()).toEqual({ a: 'error' });
  });

  it.each([
    [
      'nothing was sent',
      () => new TransientError('nothing was written yet', { sessionLost: true }),
      { status: 'pending', attempt: 0, errors: [] },
    ],
    [
      'it may have been sent',
      () => new UnknownOutcomeError('it was written'),
      { status: 'error', attempt: 1, errors: [{ kind: 'unknown' }] },
    ],
    ['nothing in particular', () => new Error('aborted'), { status: 'error', attempt: 1, errors: [{ message: 'aborted' }] }],
  ])('uses up an attempt only of what may have been sent: the messenger says that %s', async (_, error, outcome) => {
    const { start, stop, schedule, scripted, runtime, site } = setUp(scriptedMessenger({ timeoutMs: 600_000 }));
    scripted.script = (_, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(error())));
    const worker = start({ stopTimeoutMs: 1_000 });
    await schedule('a');
    await runtime.advance(100);
    await stop(worker);
    const [record] = await Array.fromAsync(site.list());
    expect(await site.find(record?.id ?? '')).toMatchObject(outcome);
  });

  it('takes no longer when the storage is away', async () => {
    const { start, stop, schedule, scripted, runtime } = setUp(scriptedMessenger(), (storage) => ({
      ...storage,
      queue: { ...storage.queue, settle: () => Promise.reject(new Error('ECONNREFUSED')) },
    }));
    const worker = start({ stopTimeoutMs: 2_000 });
    await schedule(['a', 'b', 'c']);
    await runtime.advance(100);
    expect(scripted.deliveries).toHaveLength(3);
    const before = runtime.monotonic();
    await stop(worker);
    expect(runtime.monotonic() - before).toBeLessThanOrEqual(2_100);
  });

  it.each(['claim', 'settle', 'reserve', 'openQueues'] as const)(
    'ends, and says so, when the storage never answers to %s',
    async (call) => {
      const { start, stop, schedule, runtime, events } = setUp(scriptedMessenger(), (storage) => ({
        ...storage,
        queue: { ...storage.queue, [call]: () => new Promise(() => undefined) },
      }));
      const worker = start({ stopTimeoutMs: 2_000 });
      await schedule('a');
      await runtime.advance(100);
      const before = runtime.monotonic();
      await stop(worker);
      expect(runtime.monotonic() - before).toBe(12_000);
      expect(events('storage_failed')).toMatchObject([{ error: { code: 'storage_silent' } }]);
      expect(worker.health()).toMatchObject({ state: 'stopped' });
    },
  );

  it('happens once, whoever asks, and with the site', async () => {
    const { start, schedule, scripted, runtime, site } = setUp();
    const worker = start();
    await schedule('a');
    await runtime.advance(100);
    expect(worker.stop()).toBe(worker.stop());
    await runtime.run(site.close());
    expect(scripted.sessions).toEqual({ opened: 1, closed: 1 });
    expect(runtime.pendingTimers()).toBe(0);
  });

  it('takes the time that the worker was given, also when the site is closed', async () => {
    const { start, schedule, scripted, runtime, site, storage, events } = setUp(scriptedMessenger({ timeoutMs: 100_000 }));
    scripted.script = () => runtime.sleep(60_000).then(() => undefined);
    start({ stopTimeoutMs: 90_000 });
    await schedule('a');
    await runtime.advance(100);
    let stored: unknown;
    const { close } = storage;
    Object.assign(storage, {
      async close() {
        stored = await Array.fromAsync(storage.queue.list({}));
        await close();
      },
    });
    await runtime.run(site.close());
    expect(stored).toMatchObject([{ status: 'sent' }]);
    expect(events('storage_failed')).toEqual([]);
  });

  it('wakes nobody up afterwards', async () => {
    const { start, stop, schedule, scripted, runtime } = setUp();
    await stop(start());
    await schedule('a');
    await runtime.advance(10_000);
    expect(scripted.deliveries).toEqual([]);
  });
});

describe('signals', () => {
  const before = process.listenerCount('SIGTERM');
  afterEach(() => expect(process.listenerCount('SIGTERM')).toBe(before));

  it('are left to the application unless the worker is told to handle them', async () => {
    const { start, stop } = setUp();
    const worker = start();
    expect(process.listenerCount('SIGTERM')).toBe(before);
    await stop(worker);
  });

  it('are handled once: the second one ends the process', async () => {
    const { start, schedule, scripted, runtime, stop } = setUp();
    scripted.script = () => runtime.sleep(10_000).then(() => undefined);
    const worker = start({ handleSignals: true });
    await schedule('a');
    await runtime.advance(100);
    expect(process.listenerCount('SIGTERM')).toBe(before + 1);
    process.emit('SIGINT');
    expect([process.listenerCount('SIGTERM'), process.listenerCount('SIGINT')]).toEqual([before, before]);
    await stop(worker);
  });

  it('stop the worker when it is', async () => {
    const { start, schedule, scripted, runtime } = setUp();
    const worker = start({ handleSignals: true });
    await schedule('a');
    await runtime.advance(100);
    process.emit('SIGTERM');
    await runtime.run(worker.stopped);
    expect(worker.health()).toMatchObject({ state: 'stopped' });
    expect(scripted.sessions).toEqual({ opened: 1, closed: 1 });
  });
});
