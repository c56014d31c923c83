import assert from 'node:assert/strict';
import { alert, claimIds, dispatch, dispatches, dispatchIdOf, idsOf, listed, news, pruneRequest, t0, tokenOf } from './data.ts';
import type { StorageTest } from './fixture.ts';

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
      const asked: Readonly<Record<string, () => Promise<unknown>>> = {
        migrate: () => storage.migrate(),
        enqueue: () => queue.enqueue([news], [dispatch(1)], t0),
        claim: () => claimIds(queue),
        settle: () => queue.settle(tokenOf(1), [{ id: dispatchIdOf(1), status: 'sent' }], t0),
        reserve: () => queue.reserve([{ limits: [{ key: 'key', intervalMs: 1, burst: 1 }] }], t0, t0),
        defer: () => queue.defer('key', t0),
        find: () => queue.find(dispatchIdOf(1)),
        list: () => listed(queue),
        counts: () => queue.counts(),
        openQueues: () => queue.openQueues(),
        requeue: () => queue.requeue({}, t0),
        cancel: () => queue.cancel({}, t0),
        report: () => queue.report(dispatchIdOf(1), 'read', t0),
        has: () => storage.subscriptions.has([{ messenger: 'smtp', type: 'news', userId: '1' }]),
        'list of subscriptions': () => Array.fromAsync(storage.subscriptions.list({})),
        change: () => storage.subscriptions.change({ add: [{ messenger: 'smtp', type: 'news', userId: '1' }], remove: [] }, t0),
        add: () => storage.suppressions.add([{ messenger: 'smtp', address: 'ann@example.com', reason: 'gone', at: t0 }]),
        lift: () => storage.suppressions.lift([{ messenger: 'smtp', address: 'ann@example.com' }]),
        among: () => storage.suppressions.among('smtp', ['ann@example.com']),
        'list of suppressions': () => Array.fromAsync(storage.suppressions.list({})),
        prune: () => queue.prune(pruneRequest()),
      };
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
