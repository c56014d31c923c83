import { describe, expect, it } from 'vitest';
import { memoryStorage } from '../src/memory/index.ts';
import { fakeRuntime, storageContract } from '../src/testing/index.ts';

storageContract({ describe, it }, { create: async () => memoryStorage() });

describe('the storage in memory', () => {
  it('tells the time of the runtime that it is given', async () => {
    const runtime = fakeRuntime();
    const storage = memoryStorage({ runtime });
    await runtime.advance(1_234);
    expect(await storage.clock()).toBe(runtime.now());
  });

  it('shares nothing with another one', async () => {
    const [one, other] = [memoryStorage(), memoryStorage()];
    await one.queue.enqueue([{ id: 'm', type: 'news', context: '{}', createdAt: 0 }], [], 0);
    await one.queue.defer('key', 5);
    expect(await other.queue.enqueue([{ id: 'm', type: 'news', context: '{}', createdAt: 0 }], [], 0)).toEqual(['m']);
    expect(await other.queue.reserve([{ limits: [{ key: 'key', intervalMs: 0, burst: 1 }] }], 0, 0)).toEqual([{ at: 0, granted: true }]);
  });
});
