import assert from 'node:assert/strict';
import type { Limit } from '../../messenger/messenger.ts';
import type { QueueStore } from '../../storage/port.ts';
import { fakeRuntime } from '../fake-runtime.ts';
import { t0 } from './data.ts';
import type { StorageTest } from './fixture.ts';
import { reserve } from './limits-data.ts';

/** Tests of `reserve` and `defer` with random requests. */
export const rateWindowTests: readonly StorageTest[] = [1, 2, 3].map(
  (seed): StorageTest => ({
    name: `grants at most window / interval + burst in any window, and nothing deferred (seed ${seed})`,
    check: ({ queue }) => checkWindows(queue, seed),
  }),
);

/** Makes 300 calls with several requests each, and some deferrals. Clocks differ by up to 50 ms. */
async function checkWindows(queue: QueueStore, seed: number): Promise<void> {
  const { random } = fakeRuntime({ seed });
  const below = (limit: number): number => Math.floor(random() * limit);
  const limits: readonly Limit[] = [
    { key: 'a', intervalMs: 100, burst: 1 },
    { key: 'b', intervalMs: 250, burst: 4 },
    { key: 'c', intervalMs: 1_000, burst: 20 },
  ];
  const granted = new Map<string, number[]>(limits.map(({ key }) => [key, []]));
  const deferredTo = new Map<string, number>();

  for (let now = 1_000, call = 0; call < 300; call++, now += below(200)) {
    const key = limits[below(limits.length)]?.key as string;
    if (below(8) === 0) {
      const until = now + below(1_500);
      deferredTo.set(key, Math.max(until, deferredTo.get(key) ?? 0));
      await queue.defer(key, t0 + until);
    }
    const requests = Array.from({ length: 1 + below(4) }, () => limits.filter(() => below(2) === 0));
    const asked = now - below(50);
    const slots = await reserve(queue, requests, asked, asked + below(1_000));
    for (const [index, slot] of slots.entries()) {
      if (!slot.granted) continue;
      assert.ok(slot.at >= asked);
      for (const limit of requests[index] ?? []) {
        assert.ok(slot.at >= (deferredTo.get(limit.key) ?? 0), `${limit.key} was granted while deferred`);
        granted.get(limit.key)?.push(slot.at);
      }
    }
  }

  for (const { key, intervalMs, burst } of limits) {
    const at = (granted.get(key) ?? []).sort((a, b) => a - b);
    assert.ok(at.length > 10, `${key} was granted 10 times or fewer`);
    for (const [first, from] of at.entries()) {
      for (const [offset, to] of at.slice(first).entries()) {
        const most = Math.floor((to - from) / intervalMs) + burst;
        assert.ok(offset + 1 <= most, `${key} was granted ${offset + 1} times in ${to - from} ms; at most ${most} are allowed`);
      }
    }
  }
}
