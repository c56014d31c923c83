import assert from 'node:assert/strict';
import type { Limit } from '../../messenger/messenger.ts';
import type { Slot } from '../../storage/port.ts';
import { hour, minute, second, t0 } from './data.ts';
import type { StorageTest } from './fixture.ts';
import { brisk, free, granted, refused, repeat, reserve, slow } from './limits-data.ts';

/** Core reserves at most 10 s ahead. */
const mostAheadMs = 10 * second;

/** Tests of `reserve`. */
export const reserveTests: readonly StorageTest[] = [
  {
    name: 'grants a burst at once, then one slot per interval',
    async check({ queue }) {
      assert.deepEqual(await reserve(queue, repeat(6, [brisk]), 0, 200), [...granted(0, 0, 0, 100, 200), ...refused(300)]);
      assert.deepEqual(await reserve(queue, repeat(2, [brisk]), 250, 300), [...granted(300), ...refused(400)]);
    },
  },
  {
    name: 'grants at least one slot per millisecond when the interval is shorter',
    async check({ queue }) {
      const quick: Limit = { key: 'quick', intervalMs: 0.4, burst: 1 };
      const slots = await reserve(queue, repeat(100, [quick, { ...quick, key: 'quick too', intervalMs: 0.7 }]), 0, 100);
      assert.ok(slots.every(({ granted }) => granted));
      assert.ok(slots.every(({ at }, index) => at <= index));
    },
  },
  {
    name: 'saves up at most one burst',
    async check({ queue }) {
      await reserve(queue, repeat(3, [brisk]));
      assert.deepEqual(await reserve(queue, repeat(4, [brisk]), hour), [...granted(hour, hour, hour), ...refused(hour + 100)]);
    },
  },
  {
    name: 'saves up one slot per idle interval',
    async check({ queue }) {
      await reserve(queue, repeat(3, [brisk]));
      assert.deepEqual(await reserve(queue, repeat(3, [brisk]), 250), [...granted(250, 250), ...refused(300)]);
    },
  },
  {
    name: 'answers the requests of one call in order',
    async check({ queue }) {
      assert.deepEqual(await reserve(queue, [[slow], [brisk], [brisk, free], [slow], [slow, free], [brisk], [brisk]], 0, 1_000), [
        ...granted(0, 0, 0, 1_000),
        ...refused(2_000),
        ...granted(0, 100),
      ]);
    },
  },
  {
    name: 'refuses a slot that would leave another limit idle for an interval, and charges neither',
    async check({ queue }) {
      const other: Limit = { key: 'other', intervalMs: 100, burst: 1 };
      await reserve(queue, [[slow], [other]]);
      assert.deepEqual(
        await reserve(
          queue,
          [
            [slow, other],
            [slow, brisk],
          ],
          0,
          second,
        ),
        refused(second, 2 * second),
      );
      assert.deepEqual(await reserve(queue, [[slow, other]], 800, second), refused(second));
      assert.deepEqual(await reserve(queue, [[other]], 810), granted(810));
      assert.deepEqual(await reserve(queue, [[slow, other]], 820, second), granted(second));
    },
  },
  {
    name: 'gives requests refused in one call times one behind the other',
    async check({ queue }) {
      await reserve(queue, [...repeat(3, [brisk]), [slow]]);
      assert.deepEqual(await reserve(queue, repeat(3, [brisk])), refused(100, 200, 300));
      // Requests that wait for the slow limit do not delay the brisk one: it has room again by then.
      assert.deepEqual(
        await reserve(queue, [...repeat(3, [slow, brisk]), [brisk], [brisk]]),
        refused(second, 2 * second, 3 * second, 100, 200),
      );
    },
  },
  {
    name: 'grants the earliest time that all limits of a request allow',
    async check({ queue }) {
      await reserve(queue, [[slow]]);
      await reserve(queue, repeat(3, [brisk]), 950);
      assert.deepEqual(await reserve(queue, [[brisk, slow]], 960), refused(1_050));
      assert.deepEqual(await reserve(queue, [[slow, brisk]], 960, 1_050), granted(1_050));
      assert.deepEqual(await reserve(queue, [[slow], [brisk]], 960), refused(2_050, 1_150));
    },
  },
  {
    name: 'charges no limit of a refused request',
    async check({ queue }) {
      await reserve(queue, [[slow]]);
      assert.deepEqual(await reserve(queue, repeat(5, [brisk, slow]), 10), refused(...[1, 2, 3, 4, 5].map((nr) => nr * second)));
      assert.deepEqual(await reserve(queue, repeat(3, [brisk]), 10), granted(10, 10, 10));
      assert.deepEqual(await reserve(queue, [[slow]], second), granted(second));
    },
  },
  {
    name: 'grants slots up to and including until',
    async check({ queue }) {
      await reserve(queue, [[slow]]);
      assert.deepEqual(await reserve(queue, [[slow]], 0, second - 1), refused(second));
      assert.deepEqual(await reserve(queue, [[slow]], 0, second), granted(second));
    },
  },
  {
    name: 'never returns a time before now',
    async check({ queue }) {
      await reserve(queue, [[slow]]);
      await queue.defer('slow', t0 + minute);
      assert.deepEqual(await reserve(queue, [[slow, brisk, free], []], hour), granted(hour, hour));
    },
  },
  {
    name: 'keeps a limit when the clock of a caller is slow',
    async check({ queue }) {
      await reserve(queue, [[slow]], 500);
      assert.deepEqual(await reserve(queue, [[slow]], 400, 1_400), refused(1_500));
      assert.deepEqual(await reserve(queue, [[slow]], 400, 1_500), granted(1_500));
    },
  },
  {
    name: 'limits the debt to a burst and 10 s when the clock is set back',
    async check({ queue }) {
      const { at } = (await queue.reserve([{ limits: [slow] }], t0 + hour, t0 + hour))[0] as Slot;
      assert.equal(at, t0 + hour);
      const [soon] = await reserve(queue, [[slow]], 0, mostAheadMs);
      assert.ok(soon && soon.at <= mostAheadMs + second);
      const later = mostAheadMs + second;
      assert.deepEqual(await reserve(queue, [[slow]], later), granted(later));
      assert.deepEqual(await reserve(queue, [[slow]], later), refused(later + second));
    },
  },
  {
    name: 'grants requests without limits at once',
    async check({ queue }) {
      assert.deepEqual(await reserve(queue, [[], []]), granted(0, 0));
      assert.deepEqual(await reserve(queue, []), []);
    },
  },
  {
    name: 'never exhausts a limit with interval 0',
    async check({ queue }) {
      assert.deepEqual(await reserve(queue, repeat(50, [free])), granted(...repeat(50, 0)));
    },
  },
  {
    name: 'does not delay a limit with interval 0 for the other limits of its request',
    async check({ queue }) {
      await reserve(queue, [[slow]]);
      assert.deepEqual(await reserve(queue, [[free, slow], [free]], 0, second), granted(second, 0));
    },
  },
  {
    name: 'keeps keys separate',
    async check({ queue }) {
      await reserve(queue, [[slow]]);
      await queue.defer('brisk', t0 + minute);
      assert.deepEqual(await reserve(queue, [[{ ...slow, key: 'slow2' }], [{ ...slow, key: 'Slow' }], [free]]), granted(0, 0, 0));
    },
  },
  {
    name: 'shares a key among 40 concurrent calls',
    async check({ queue }) {
      const limit: Limit = { key: 'shared', intervalMs: second, burst: 5 };
      const answers = await Promise.all(repeat(40, [limit]).map((limits) => reserve(queue, [limits])));
      const slots = answers.flat().filter((slot) => slot.granted);
      assert.deepEqual(slots, granted(0, 0, 0, 0, 0));
    },
  },
  {
    name: 'answers concurrent calls that name the same keys in any order',
    async check({ queue }) {
      const limits = ['a', 'b', 'c'].map((key): Limit => ({ key, intervalMs: second, burst: 20 }));
      const answers = await Promise.all(
        repeat(40, limits).map((asked, index) => reserve(queue, index % 2 === 0 ? [asked, asked] : [asked.toReversed(), asked])),
      );
      assert.equal(answers.flat().filter((slot) => slot.granted).length, 20);
    },
  },
];
