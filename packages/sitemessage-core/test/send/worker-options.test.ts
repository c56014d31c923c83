import { describe, expect, it } from 'vitest';
import { createSitemessage, type WorkerOptions } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';

function setUp() {
  const runtime = fakeRuntime();
  const scripted = scriptedMessenger();
  const memory = memoryStorage({ runtime });
  const claims: number[] = [];
  const leases: number[] = [];
  const queue = {
    ...memory.queue,
    claim: (request: Parameters<typeof memory.queue.claim>[0]) => {
      if (request.messenger === 'scripted') {
        claims.push(runtime.monotonic());
        leases.push(request.leaseUntil - request.now);
      }
      return memory.queue.claim(request);
    },
  };
  return { runtime, claims, leases, site: createSitemessage({ storage: { ...memory, queue }, runtime, messengers: [scripted.messenger] }) };
}

describe('options of a worker', () => {
  it('have their defaults also where they are undefined, as an optional setting may be', async () => {
    const { site, runtime, claims, leases } = setUp();
    const unset = { pollIntervalMs: undefined, leaseMs: undefined, stopTimeoutMs: undefined, handleSignals: undefined };
    const worker = site.startWorker(unset as object);
    await runtime.advance(100_000);
    await runtime.run(worker.stop());
    expect(claims.length).toBeGreaterThan(90);
    expect(claims.length).toBeLessThan(115);
    expect(new Set(leases)).toEqual(new Set([60_000]));
  });

  it.each<[keyof WorkerOptions, unknown]>([
    ['pollIntervalMs', 0],
    ['pollIntervalMs', Number.NaN],
    ['pollIntervalMs', Number.POSITIVE_INFINITY],
    ['leaseMs', 0],
    ['leaseMs', 1.5],
    ['stopTimeoutMs', -1],
    ['stopTimeoutMs', '30000'],
  ])('are refused by name: %s of %j', async (name, value) => {
    const { site, runtime } = setUp();
    expect(() => site.startWorker({ [name]: value })).toThrow(expect.objectContaining({ name: 'ArgumentError' }));
    expect(() => site.startWorker({ [name]: value })).toThrow(`\`${name}\` of startWorker must be whole milliseconds, `);
    await runtime.advance(10_000);
    expect(runtime.pendingTimers()).toBe(0);
  });

  it('handles signals or does not, and nothing that looks like it', () => {
    expect(() => setUp().site.startWorker({ handleSignals: 'yes' as never })).toThrow(
      '`handleSignals` of startWorker must be true or false, not a string.',
    );
  });

  it('choose messengers and a priority: what else there is stays', async () => {
    const { site, runtime } = setUp();
    const other = scriptedMessenger();
    site.registerMessengers(Object.assign(other.messenger, { alias: 'other' }));
    for (const priority of [0, 5]) {
      await site.scheduleMessages('Hi', [site.recipients('scripted', 'a'), { messenger: 'other', addresses: 'b' }], { priority });
    }
    const worker = site.startWorker({ messengers: ['other'], priority: 5 });
    await runtime.advance(10_000);
    await runtime.run(worker.stop());
    const sent = await Array.fromAsync(site.list({ status: 'sent' }));
    expect(sent.map(({ messenger, priority }) => [messenger, priority])).toEqual([['other', 5]]);
    expect(Object.keys(worker.health().messengers)).toEqual(['other']);
  });

  it.each<[options: object, message: string]>([
    [{ messengers: 'smtp' }, '`messengers` of startWorker must be a list of aliases'],
    [{ messengers: ['smtp'] }, '"smtp"'],
    [{ priority: 1.5 }, '`priority` of startWorker must be an integer'],
  ])('choose messengers of the site and a priority that there can be, not %j', (options, message) => {
    expect(() => setUp().site.startWorker(options)).toThrow(message);
  });

  it('may be as short as they go', async () => {
    const { site, runtime } = setUp();
    const worker = site.startWorker({ pollIntervalMs: 1, leaseMs: 1, stopTimeoutMs: 0 });
    await runtime.run(worker.stop());
    expect(runtime.pendingTimers()).toBe(0);
  });
});
