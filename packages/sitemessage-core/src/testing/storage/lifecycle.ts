import assert from 'node:assert/strict';
import type { QueueStore } from '../../storage/port.ts';
import type { SubscriptionKey, SubscriptionStore } from '../../storage/subscriptions.ts';
import type { SuppressionStore } from '../../storage/suppressions.ts';
import { alert, claimIds, dispatch, dispatches, dispatchIdOf, idsOf, listed, news, pruneRequest, t0, tokenOf } from './data.ts';
import type { StorageTest } from './fixture.ts';

/** One call of each method of a store. The compiler names a method that is missing. */
type Calls<Store, Name extends string> = { readonly [Method in keyof Store & string as `${Name}.${Method}`]: () => Promise<unknown> };

/** Tests of `clock`, `concurrency`, `watch`, `migrate` and `close`. */
export const lifecycleTests: readonly StorageTest[] = [
  {
    name: 'returns whole milliseconds from its clock, never decreasing',
    async check({ storage }) {
      let last = 0;
      for (let look = 0; look < 100; look++) {
        const time = await storage.clock();
        assert.ok(Number.isSafeInteger(time), `${time} is not an integer`);
        assert.ok(time >= last, `${time} comes after ${last}`);
        last = time;
      }
    },
  },
  {
    name: 'has an integer concurrency of 1 or more',
    async check({ storage }) {
      assert.ok(Number.isSafeInteger(storage.concurrency) && storage.concurrency >= 1, `\`concurrency\` is ${storage.concurrency}`);
    },
  },
  {
    name: 'serves several watchers, reports no false outage, and stops calling a stopped watcher',
    async check({ storage, queue }) {
      const wakes = [0, 0];
      const failures: unknown[] = [];
      const stops = wakes.map((_, index) =>
        storage.watch({
          wake: () => void wakes.splice(index, 1, (wakes[index] as number) + 1),
          failed: (error) => void failures.push(error),
          recovered: () => void failures.push('recovered'),
        }),
      );
      await queue.enqueue([news], [dispatch(1)], t0);
      stops[0]?.();
      stops[0]?.();
      const before = wakes[0];
      assert.deepEqual(await claimIds(queue), idsOf(1));
      await queue.enqueue([alert], [dispatch(2, {}, alert)], t0);
      assert.equal(wakes[0], before, 'a stopped watcher was called');
      assert.deepEqual(failures, []);
      stops[1]?.();
    },
  },
  {
    name: 'migrates from nothing in 5 concurrent calls',
    async check({ another }) {
      const storage = await another();
      await Promise.all(Array.from({ length: 5 }, () => storage.migrate()));
      assert.deepEqual(await storage.queue.enqueue([news], [dispatch(1)], t0), [news.id]);
      assert.deepEqual(await claimIds(storage.queue), idsOf(1));
    },
  },
  {
    name: 'rejects every method after close, which may be called twice',
    async check({ another }) {
      const storage = await another();
      await storage.migrate();
      const { queue } = storage;
      await storage.close();
      await storage.close();
      const key: SubscriptionKey = { messenger: 'smtp', type: 'news', userId: '1' };
      const address = { messenger: 'smtp', address: 'ann@example.com' };
      const asked: Calls<QueueStore, 'queue'> & Calls<SubscriptionStore, 'subscriptions'> & Calls<SuppressionStore, 'suppressions'> = {
        'queue.enqueue': () => queue.enqueue([news], [dispatch(1)], t0),
        'queue.claim': () => claimIds(queue),
        'queue.settle': () => queue.settle(tokenOf(1), [{ id: dispatchIdOf(1), status: 'sent' }], t0),
        'queue.reserve': () => queue.reserve([{ limits: [{ key: 'key', intervalMs: 1, burst: 1 }] }], t0, t0),
        'queue.defer': () => queue.defer('key', t0),
        'queue.find': () => queue.find(dispatchIdOf(1)),
        'queue.list': () => listed(queue),
        'queue.counts': () => queue.counts(),
        'queue.openQueues': () => queue.openQueues(),
        'queue.requeue': () => queue.requeue({}, t0),
        'queue.cancel': () => queue.cancel({}, t0),
        'queue.report': () => queue.report(dispatchIdOf(1), 'read', t0),
        'queue.prune': () => queue.prune(pruneRequest()),
        'subscriptions.list': () => Array.fromAsync(storage.subscriptions.list({})),
        'subscriptions.splitPoints': () => Array.fromAsync(storage.subscriptions.splitPoints('news', 1)),
        'subscriptions.has': () => storage.subscriptions.has([key]),
        'subscriptions.change': () => storage.subscriptions.change({ add: [key], remove: [] }, t0),
        'suppressions.add': () => storage.suppressions.add([{ ...address, reason: 'gone', at: t0 }]),
        'suppressions.lift': () => storage.suppressions.lift([address]),
        'suppressions.among': () => storage.suppressions.among('smtp', ['ann@example.com']),
        'suppressions.list': () => Array.fromAsync(storage.suppressions.list({})),
      };
      await assert.rejects(storage.migrate(), 'migrate did not reject');
      for (const [what, ask] of Object.entries(asked)) await assert.rejects(ask, `${what} did not reject`);
    },
  },
  {
    name: 'migrates again at any time, and keeps its rows',
    async check({ storage, queue }) {
      await queue.enqueue([news], dispatches(1, 3), t0);
      await claimIds(queue, { limit: 1 });
      await queue.defer('key', t0 + 5);
      const before = await listed(queue);
      await storage.migrate();
      await Promise.all([storage.migrate(), storage.migrate(), queue.find(before[0]?.id as string)]);
      assert.deepEqual(await listed(queue), before);
      assert.deepEqual(await queue.reserve([{ limits: [{ key: 'key', intervalMs: 0, burst: 1 }] }], t0, t0), [
        { at: t0 + 5, granted: false, key: 'key' },
      ]);
    },
  },
];
