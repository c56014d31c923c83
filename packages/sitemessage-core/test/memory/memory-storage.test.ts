import { describe, expect, it } from 'vitest';
import { memoryStorage } from '../../src/memory/index.ts';
import type { MessageRecord } from '../../src/storage/records.ts';
import { fakeRuntime, storageContract } from '../../src/testing/index.ts';

storageContract({ describe, it }, { create: async () => memoryStorage() });

describe('the memory storage', () => {
  it('returns the time of the given runtime', async () => {
    const runtime = fakeRuntime();
    const storage = memoryStorage({ runtime });
    await runtime.advance(1_234);
    expect(await storage.clock()).toBe(runtime.now());
  });

  it('keeps an empty message that is younger than `before`, so its id cannot be stored again', async () => {
    const { queue } = memoryStorage();
    const [old, young] = [0, 10].map((createdAt) => ({ id: `from ${createdAt}`, type: 'news', context: '{}', createdAt }));
    await queue.enqueue([old, young] as MessageRecord[], [], 10);
    const request = { now: 0, statuses: [], before: 10, abandonedBefore: 0, keysBefore: 0, dispatchesOnly: false, limit: 10 };
    expect(await queue.prune(request)).toEqual({ dispatches: 0, messages: 1 });
    expect(await queue.enqueue([old, young] as MessageRecord[], [], 10)).toEqual(['from 0']);
  });

  it.each([
    [{ runtme: fakeRuntime() }, 'runtme', 'option_unknown'],
    [{ runtime: {} }, 'runtime', 'option_invalid'],
    [null, 'options', 'option_invalid'],
  ])('refuses the options %j', (options, field, code) => {
    expect(() => memoryStorage(options as never)).toThrow(expect.objectContaining({ name: 'ArgumentError', field, code }));
  });

  it('shares nothing with another one', async () => {
    const [one, other] = [memoryStorage(), memoryStorage()];
    await one.queue.enqueue([{ id: 'm', type: 'news', context: '{}', createdAt: 0 }], [], 0);
    await one.queue.defer('key', 5);
    expect(await other.queue.enqueue([{ id: 'm', type: 'news', context: '{}', createdAt: 0 }], [], 0)).toEqual(['m']);
    expect(await other.queue.reserve([{ limits: [{ key: 'key', intervalMs: 0, burst: 1 }] }], 0, 0)).toEqual([{ at: 0, granted: true }]);
  });
});
