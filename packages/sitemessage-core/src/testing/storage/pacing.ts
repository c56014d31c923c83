import assert from 'node:assert/strict';
import type { Limit } from '../../messenger/messenger.ts';
import type { QueueStore, Slot } from '../../storage/port.ts';
import { fakeRuntime } from '../fake-runtime.ts';
import { hour, minute, second, t0 } from './data.ts';
import type { Clause } from './trial.ts';

/** Core reserves no further ahead than 10 s. */
const mostAheadMs = 10 * second;

/** Never fills up. */
const free: Limit = { key: 'free', intervalMs: 0, burst: 1 };
const slow: Limit = { key: 'slow', intervalMs: second, burst: 1 };
const brisk: Limit = { key: 'brisk', intervalMs: 100, burst: 3 };

/** Asks for one after the other in one call; the times are counted from `t0`. */
async function reserve(queue: QueueStore, requests: readonly (readonly Limit[])[], now = 0, until = now): Promise<Slot[]> {
  const slots = await queue.reserve(
    requests.map((limits) => ({ limits })),
    t0 + now,
    t0 + until,
  );
  return slots.map(({ at, granted }) => ({ at: at - t0, granted }));
}

const yes = (...times: readonly number[]): Slot[] => times.map((at) => ({ at, granted: true }));
const no = (...times: readonly number[]): Slot[] => times.map((at) => ({ at, granted: false }));
const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);

/** What `reserve` and `defer` promise, number by number. */
export const pacing: readonly Clause[] = [
  {
    name: 'grants a burst at once, and then one more every interval',
    async check({ queue }) {
      assert.deepEqual(await reserve(queue, times(6, [brisk]), 0, 200), [...yes(0, 0, 0, 100, 200), ...no(300)]);
      assert.deepEqual(await reserve(queue, times(2, [brisk]), 250, 300), [...yes(300), ...no(400)]);
    },
  },
  {
    name: 'grants at least one a millisecond of a limit that allows more',
    async check({ queue }) {
      const quick: Limit = { key: 'quick', intervalMs: 0.4, burst: 1 };
      const slots = await reserve(queue, times(100, [quick, { ...quick, key: 'quick too', intervalMs: 0.7 }]), 0, 100);
      assert.ok(slots.every(({ granted }) => granted));
      assert.ok(slots.every(({ at }, index) => at <= index));
    },
  },
  {
    name: 'saves up no more than a burst, however long nothing is asked for',
    async check({ queue }) {
      await reserve(queue, times(3, [brisk]));
      assert.deepEqual(await reserve(queue, times(4, [brisk]), hour), [...yes(hour, hour, hour), ...no(hour + 100)]);
    },
  },
  {
    name: 'saves up one of a burst for every interval that passes',
    async check({ queue }) {
      await reserve(queue, times(3, [brisk]));
      assert.deepEqual(await reserve(queue, times(3, [brisk]), 250), [...yes(250, 250), ...no(300)]);
    },
  },
  {
    name: 'answers the requests of one call one after another',
    async check({ queue }) {
      assert.deepEqual(await reserve(queue, [[slow], [brisk], [brisk, free], [slow], [slow, free], [brisk], [brisk]], 0, 1_000), [
        ...yes(0, 0, 0, 1_000),
        ...no(2_000),
        ...yes(0, 100),
      ]);
    },
  },
  {
    name: 'refuses what would wait so long for one limit that another has to leave a slot unused, and charges neither',
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
        no(second, 2 * second),
      );
      assert.deepEqual(await reserve(queue, [[slow, other]], 800, second), no(second));
      assert.deepEqual(await reserve(queue, [[other]], 810), yes(810));
      assert.deepEqual(await reserve(queue, [[slow, other]], 820, second), yes(second));
    },
  },
  {
    name: 'refuses what would wait so long for the end of a deferral that a limit has to leave a slot unused',
    async check({ queue }) {
      await queue.defer('free', t0 + second);
      assert.deepEqual(await reserve(queue, [[free, brisk]], 900, second), no(second));
      assert.deepEqual(await reserve(queue, [[free, brisk]], 901, second), yes(second));
    },
  },
  {
    name: 'names a time for each of those that it refuses in one call that is behind the ones before it',
    async check({ queue }) {
      await reserve(queue, [...times(3, [brisk]), [slow]]);
      assert.deepEqual(await reserve(queue, times(3, [brisk])), no(100, 200, 300));
      // Who waits for the slow one keeps nobody from the other: until its time comes, that has room again.
      assert.deepEqual(await reserve(queue, [...times(3, [slow, brisk]), [brisk], [brisk]]), no(second, 2 * second, 3 * second, 100, 200));
    },
  },
  {
    name: 'grants what all the limits of a request allow, at the earliest time at which they do',
    async check({ queue }) {
      await reserve(queue, [[slow]]);
      await reserve(queue, times(3, [brisk]), 950);
      assert.deepEqual(await reserve(queue, [[brisk, slow]], 960), no(1_050));
      assert.deepEqual(await reserve(queue, [[slow, brisk]], 960, 1_050), yes(1_050));
      assert.deepEqual(await reserve(queue, [[slow], [brisk]], 960), no(2_050, 1_150));
    },
  },
  {
    name: 'charges none of the limits of what is not granted',
    async check({ queue }) {
      await reserve(queue, [[slow]]);
      assert.deepEqual(await reserve(queue, times(5, [brisk, slow]), 10), no(...[1, 2, 3, 4, 5].map((nr) => nr * second)));
      assert.deepEqual(await reserve(queue, times(3, [brisk]), 10), yes(10, 10, 10));
      assert.deepEqual(await reserve(queue, [[slow]], second), yes(second));
    },
  },
  {
    name: 'grants what may go at the end of the time that is asked for, and nothing after it',
    async check({ queue }) {
      await reserve(queue, [[slow]]);
      assert.deepEqual(await reserve(queue, [[slow]], 0, second - 1), no(second));
      assert.deepEqual(await reserve(queue, [[slow]], 0, second), yes(second));
    },
  },
  {
    name: 'never names a time before now',
    async check({ queue }) {
      await reserve(queue, [[slow]]);
      await queue.defer('slow', t0 + minute);
      assert.deepEqual(await reserve(queue, [[slow, brisk, free], []], hour), yes(hour, hour));
    },
  },
  {
    name: 'keeps to a limit when somebody asks whose clock is a little behind',
    async check({ queue }) {
      await reserve(queue, [[slow]], 500);
      assert.deepEqual(await reserve(queue, [[slow]], 400, 1_400), no(1_500));
      assert.deepEqual(await reserve(queue, [[slow]], 400, 1_500), yes(1_500));
    },
  },
  {
    name: 'owes no more than a burst and what may be reserved ahead when the clock is set back',
    async check({ queue }) {
      const { at } = (await queue.reserve([{ limits: [slow] }], t0 + hour, t0 + hour))[0] as Slot;
      assert.equal(at, t0 + hour);
      const [soon] = await reserve(queue, [[slow]], 0, mostAheadMs);
      assert.ok(soon && soon.at <= mostAheadMs + second);
      const later = mostAheadMs + second;
      assert.deepEqual(await reserve(queue, [[slow]], later), yes(later));
      assert.deepEqual(await reserve(queue, [[slow]], later), no(later + second));
    },
  },
  {
    name: 'grants everything at once where there is no limit',
    async check({ queue }) {
      assert.deepEqual(await reserve(queue, [[], []]), yes(0, 0));
      assert.deepEqual(await reserve(queue, []), []);
    },
  },
  {
    name: 'never fills up a limit whose interval is 0',
    async check({ queue }) {
      assert.deepEqual(await reserve(queue, times(50, [free])), yes(...times(50, 0)));
    },
  },
  {
    name: 'does not put off a limit whose interval is 0 together with the others of its request',
    async check({ queue }) {
      await reserve(queue, [[slow]]);
      assert.deepEqual(await reserve(queue, [[free, slow], [free]], 0, second), yes(second, 0));
    },
  },
  {
    name: 'keeps every key to itself',
    async check({ queue }) {
      await reserve(queue, [[slow]]);
      await queue.defer('brisk', t0 + minute);
      assert.deepEqual(await reserve(queue, [[{ ...slow, key: 'slow2' }], [{ ...slow, key: 'Slow' }], [free]]), yes(0, 0, 0));
    },
  },
  {
    name: 'shares a key among all who ask at the same time',
    async check({ queue }) {
      const limit: Limit = { key: 'shared', intervalMs: second, burst: 5 };
      const answers = await Promise.all(times(40, [limit]).map((limits) => reserve(queue, [limits])));
      const granted = answers.flat().filter((slot) => slot.granted);
      assert.deepEqual(granted, yes(0, 0, 0, 0, 0));
    },
  },
  {
    name: 'answers all who ask at the same time for the same keys, in whatever order they name them',
    async check({ queue }) {
      const limits = ['a', 'b', 'c'].map((key): Limit => ({ key, intervalMs: second, burst: 20 }));
      const answers = await Promise.all(
        times(40, limits).map((asked, index) => reserve(queue, index % 2 === 0 ? [asked, asked] : [asked.toReversed(), asked])),
      );
      assert.equal(answers.flat().filter((slot) => slot.granted).length, 20);
    },
  },
  {
    name: 'grants nothing under a key before the time to which it is deferred, and everything from then on',
    async check({ queue }) {
      for (const limit of [free, slow]) {
        await queue.defer(limit.key, t0 + minute);
        assert.deepEqual(await reserve(queue, [[limit]], minute - 1), no(minute));
        assert.deepEqual(await reserve(queue, [[limit]], 0, minute - 1), no(minute));
        assert.deepEqual(await reserve(queue, [[limit]], minute), yes(minute));
      }
    },
  },
  {
    name: 'defers a key that is in use as well, and grants a whole burst afterwards',
    async check({ queue }) {
      await reserve(queue, times(3, [brisk]));
      await queue.defer('brisk', t0 + minute);
      assert.deepEqual(await reserve(queue, [[brisk]], 1, minute - 1), no(minute));
      assert.deepEqual(await reserve(queue, times(4, [brisk]), 1, minute), [...yes(minute, minute, minute), ...no(minute + 100)]);
    },
  },
  {
    name: 'waits for every deferred key of a request, and charges none until then',
    async check({ queue }) {
      await queue.defer('one', t0 + 20);
      await queue.defer('other', t0 + 50);
      const keyed = (key: string): Limit => ({ key, intervalMs: 0, burst: 1 });
      assert.deepEqual(await reserve(queue, [[keyed('one'), slow, keyed('other')]], 30), no(50));
      assert.deepEqual(await reserve(queue, [[slow]], 30), yes(30));
    },
  },
  {
    name: 'replaces the time to which a key is deferred by a later one, never by an earlier one',
    async check({ queue }) {
      await queue.defer('free', t0 + 100);
      await queue.defer('free', t0 + 50);
      assert.deepEqual(await reserve(queue, [[free]]), no(100));
      await queue.defer('free', t0 + 200);
      assert.deepEqual(await reserve(queue, [[free]]), no(200));
    },
  },
  {
    name: 'keeps the latest of many times to which a key is deferred at once',
    async check({ queue }) {
      await Promise.all([30, 10, 90, 20, 70, 40].map((ms) => queue.defer('free', t0 + ms)));
      assert.deepEqual(await reserve(queue, [[free]]), no(90));
    },
  },
  ...[1, 2, 3].map(
    (seed): Clause => ({
      name: `grants in any window no more than window / interval + burst, and nothing that is deferred (seed ${seed})`,
      check: ({ queue }) => checkWindows(queue, seed),
    }),
  ),
];

/** 300 calls of several requests each, now and then a deferral, by workers whose clocks are up to 50 ms apart. */
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
        assert.ok(slot.at >= (deferredTo.get(limit.key) ?? 0), `${limit.key} is deferred, and was granted`);
        granted.get(limit.key)?.push(slot.at);
      }
    }
  }

  for (const { key, intervalMs, burst } of limits) {
    const at = (granted.get(key) ?? []).sort((a, b) => a - b);
    assert.ok(at.length > 10, `${key} was hardly ever granted`);
    for (const [first, from] of at.entries()) {
      for (const [offset, to] of at.slice(first).entries()) {
        const most = Math.floor((to - from) / intervalMs) + burst;
        assert.ok(offset + 1 <= most, `${offset + 1} under ${key} in ${to - from} ms, at most ${most} are allowed`);
      }
    }
  }
}
