import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ConfigurationError, createSitemessage } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import type { Storage } from '../../src/storage/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';

const start = 1_767_225_600_000;

function setUp(wrap: (storage: Storage) => Storage = (storage) => storage) {
  const runtime = fakeRuntime({ now: start });
  const scripted = scriptedMessenger();
  const storage = wrap(memoryStorage({ runtime }));
  const site = createSitemessage({ storage, runtime, messengers: [scripted.messenger] });
  const worker = site.startWorker({ pollIntervalMs: 1_000 });
  return {
    runtime,
    scripted,
    worker,
    site,
    storage,
    schedule: (address: string) => site.scheduleMessages('Hi', site.recipients('scripted', address)),
    messenger: () => worker.health().messengers.scripted,
    stop: () => runtime.run(worker.stop()),
  };
}

describe('the health of a worker', () => {
  it('says what is being sent, and when something was sent last', async () => {
    const { runtime, scripted, schedule, messenger, stop } = setUp();
    scripted.script = () => runtime.sleep(2_000).then(() => undefined);
    await runtime.advance(1_000);
    expect(messenger()).toEqual({ state: 'idle', inFlight: 0 });
    await schedule('a');
    await runtime.advance(1_000);
    expect(messenger()).toEqual({ state: 'working', inFlight: 1 });
    await runtime.advance(2_000);
    expect(messenger()).toEqual({ state: 'idle', inFlight: 0, lastSentAt: start + 3_000 });
    await stop();
  });

  it('says what paused a messenger, until it works again', async () => {
    const { runtime, scripted, schedule, messenger, stop } = setUp();
    scripted.openError = new ConfigurationError('the password was refused', { code: 'login_refused' });
    await schedule('a');
    await runtime.advance(100);
    const error = { kind: 'configuration', code: 'login_refused', message: 'the password was refused' };
    expect(messenger()).toEqual({ state: 'paused', inFlight: 0, pausedUntil: start + 5_000, error });
    scripted.openError = undefined;
    await runtime.advance(7_000);
    expect(messenger()).toMatchObject({ state: 'idle', lastSentAt: expect.any(Number) });
    expect(messenger()).not.toHaveProperty('error');
    await stop();
  });

  it('says since when the storage cannot be reached, and what it threw last', async () => {
    let isAway = false;
    const gate =
      <Args extends unknown[], T>(work: (...args: Args) => Promise<T>) =>
      async (...args: Args): Promise<T> => {
        if (isAway) throw new Error('ECONNREFUSED');
        return work(...args);
      };
    const { runtime, worker, stop } = setUp(({ queue, ...storage }) => ({
      ...storage,
      clock: gate(storage.clock),
      queue: { ...queue, claim: gate(queue.claim), openQueues: gate(queue.openQueues) },
    }));
    await runtime.advance(10_000);
    expect(worker.health().storage).toEqual({ state: 'answering' });
    isAway = true;
    await runtime.advance(60_000);
    const { state, failingSince = 0, error } = worker.health().storage;
    expect({ state, error }).toEqual({
      state: 'failing',
      error: { kind: 'transient', code: 'transient', message: 'ECONNREFUSED' },
    });
    expect(failingSince).toBeGreaterThan(start + 10_000);
    expect(failingSince).toBeLessThan(start + 12_000);
    isAway = false;
    await runtime.advance(60_000);
    expect(worker.health().storage).toEqual({ state: 'answering' });
    await stop();
  });

  it('knows nothing of the storage until it has answered, and calls one failing that has not answered for 10 s', async () => {
    let isSilent = true;
    const heard = Promise.withResolvers<void>();
    const { runtime, worker, stop } = setUp((storage) => ({
      ...storage,
      async clock() {
        if (isSilent) await heard.promise;
        return storage.clock();
      },
    }));
    expect(worker.health().storage).toEqual({ state: 'unknown' });
    await runtime.advance(9_999);
    expect(worker.health().storage).toEqual({ state: 'answering' });
    await runtime.advance(1);
    const error = { kind: 'transient', code: 'storage_silent', message: 'The storage does not answer.' };
    expect(worker.health().storage).toEqual({ state: 'failing', failingSince: start, error });
    isSilent = false;
    heard.resolve();
    await runtime.advance(2_000);
    expect(worker.health().storage).toEqual({ state: 'answering' });
    await stop();
  });

  it('is of this worker alone: what a round beside it meets is not its own', async () => {
    const unheard = () => () => undefined;
    const { runtime, storage, scripted, site, messenger, stop } = setUp((memory) => ({ ...memory, watch: unheard }));
    await runtime.advance(100);
    scripted.openError = new ConfigurationError('the password was refused', { code: 'login_refused' });
    const elsewhere = createSitemessage({ storage, runtime, messengers: [scripted.messenger] });
    await elsewhere.scheduleMessages('Hi', elsewhere.recipients('scripted', 'a'));
    expect(await runtime.run(site.sendScheduledMessages())).toMatchObject({ paused: { scripted: { code: 'login_refused' } } });
    expect(messenger()).toEqual({ state: 'idle', inFlight: 0 });
    await stop();
  });

  it('tells a stop that is going on from one that is over', async () => {
    const { runtime, scripted, schedule, worker } = setUp();
    scripted.script = () => runtime.sleep(2_000).then(() => undefined);
    await schedule('a');
    await runtime.advance(100);
    expect(worker.health().state).toBe('running');
    const stopped = worker.stop();
    expect(worker.health()).toMatchObject({ state: 'stopping', messengers: { scripted: { inFlight: 1 } } });
    await runtime.run(stopped);
    expect(worker.health()).toMatchObject({ state: 'stopped', messengers: { scripted: { state: 'idle', inFlight: 0 } } });
  });

  it('is plain data', async () => {
    const { runtime, worker, stop } = setUp();
    await runtime.advance(10);
    const health = worker.health();
    expect(inspect(JSON.parse(JSON.stringify(health)))).toBe(inspect(health));
    await stop();
  });
});
