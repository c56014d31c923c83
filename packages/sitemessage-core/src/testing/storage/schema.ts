import assert from 'node:assert/strict';
import { claimIds, dispatch, dispatches, idsOf, listed, news, t0 } from './data.ts';
import type { Clause } from './trial.ts';

/** The storage itself. */
export const schema: readonly Clause[] = [
  {
    name: 'tells the time in whole milliseconds, and never goes back',
    async check({ storage }) {
      let last = 0;
      for (let look = 0; look < 100; look++) {
        const time = await storage.clock();
        assert.ok(Number.isSafeInteger(time), `${time} is no integer`);
        assert.ok(time >= last, `${time} comes after ${last}`);
        last = time;
      }
    },
  },
  {
    name: 'may be migrated by several at the same time, from nothing',
    async check({ another }) {
      const storage = await another();
      await Promise.all(Array.from({ length: 5 }, () => storage.migrate()));
      assert.deepEqual(await storage.queue.enqueue([news], [dispatch(1)], t0), [news.id]);
      assert.deepEqual(await claimIds(storage.queue), idsOf(1));
    },
  },
  {
    name: 'may be migrated at any time, and keeps all that is stored',
    async check({ storage, queue }) {
      await queue.enqueue([news], dispatches(1, 3), t0);
      await claimIds(queue, { limit: 1 });
      await queue.defer('key', t0 + 5);
      const before = await listed(queue);
      await storage.migrate();
      await Promise.all([storage.migrate(), storage.migrate(), queue.find(before[0]?.id as string)]);
      assert.deepEqual(await listed(queue), before);
      assert.deepEqual(await queue.reserve([{ limits: [{ key: 'key', intervalMs: 0, burst: 1 }] }], t0, t0), [
        { at: t0 + 5, granted: false },
      ]);
    },
  },
];
