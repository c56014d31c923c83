import assert from 'node:assert/strict';
import type { Limit } from '../../messenger/messenger.ts';
import { minute, second, t0 } from './data.ts';
import type { StorageTest } from './fixture.ts';
import { brisk, free, granted, refused, repeat, reserve, slow } from './limits-data.ts';

/** Tests of `defer`. */
export const deferTests: readonly StorageTest[] = [
  {
    name: 'grants nothing under a deferred key before its time',
    async check({ queue }) {
      for (const limit of [free, slow]) {
        await queue.defer(limit.key, t0 + minute);
        assert.deepEqual(await reserve(queue, [[limit]], minute - 1), refused(minute));
        assert.deepEqual(await reserve(queue, [[limit]], 0, minute - 1), refused(minute));
        assert.deepEqual(await reserve(queue, [[limit]], minute), granted(minute));
      }
    },
  },
  {
    name: 'defers a key in use, and grants a whole burst afterwards',
    async check({ queue }) {
      await reserve(queue, repeat(3, [brisk]));
      await queue.defer('brisk', t0 + minute);
      assert.deepEqual(await reserve(queue, [[brisk]], 1, minute - 1), refused(minute));
      assert.deepEqual(await reserve(queue, repeat(4, [brisk]), 1, minute), [...granted(minute, minute, minute), ...refused(minute + 100)]);
    },
  },
  {
    name: 'waits for every deferred key of a request, and charges none before',
    async check({ queue }) {
      await queue.defer('one', t0 + 20);
      await queue.defer('other', t0 + 50);
      const keyed = (key: string): Limit => ({ key, intervalMs: 0, burst: 1 });
      assert.deepEqual(await reserve(queue, [[keyed('one'), slow, keyed('other')]], 30), refused(50));
      assert.deepEqual(await reserve(queue, [[slow]], 30), granted(30));
    },
  },
  {
    name: 'refuses a slot that would leave a limit idle for an interval until a deferral ends',
    async check({ queue }) {
      await queue.defer('free', t0 + second);
      assert.deepEqual(await reserve(queue, [[free, brisk]], 900, second), refused(second));
      assert.deepEqual(await reserve(queue, [[free, brisk]], 901, second), granted(second));
    },
  },
  {
    name: 'extends a deferral, and never shortens it',
    async check({ queue }) {
      await queue.defer('free', t0 + 100);
      await queue.defer('free', t0 + 50);
      assert.deepEqual(await reserve(queue, [[free]]), refused(100));
      await queue.defer('free', t0 + 200);
      assert.deepEqual(await reserve(queue, [[free]]), refused(200));
    },
  },
  {
    name: 'keeps the latest of 6 concurrent deferrals',
    async check({ queue }) {
      await Promise.all([30, 10, 90, 20, 70, 40].map((ms) => queue.defer('free', t0 + ms)));
      assert.deepEqual(await reserve(queue, [[free]]), refused(90));
    },
  },
];
