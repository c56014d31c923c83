import assert from 'node:assert/strict';
import {
  busyError,
  claim,
  claimRequest,
  dispatch,
  dispatches,
  dispatchIdOf,
  hour,
  idsOf,
  listed,
  listedIds,
  news,
  refusedError,
  t0,
  tokenOf,
} from './data.ts';
import { filterCases, populate, type Statuses } from './filter-cases.ts';
import type { StorageFixture, StorageTest } from './fixture.ts';

const failed: Statuses = { odd: 'failed', even: 'skipped' };
const open: Statuses = { odd: 'error', even: 'pending' };

/** Stores one dispatch of each status: error, failed, pending, processing, sent, skipped. */
async function oneOfEach({ queue }: StorageFixture): Promise<void> {
  await queue.enqueue([news], [dispatch(1), dispatch(2), dispatch(3, { dueAt: t0 + 1 }), ...dispatches(4, 6)], t0);
  await claim(queue);
  await queue.settle(
    tokenOf(1),
    [
      { id: dispatchIdOf(1), status: 'error', dueAt: t0 + 1, error: busyError },
      { id: dispatchIdOf(2), status: 'failed', error: refusedError },
      { id: dispatchIdOf(5), status: 'sent', providerId: 'p5' },
      { id: dispatchIdOf(6), status: 'skipped', reason: 'expired' },
    ],
    t0,
  );
}

/** Tests of `requeue`. */
export const requeueTests: readonly StorageTest[] = [
  {
    name: 'makes only failed and skipped dispatches pending, due now, with attempt 0',
    async check(fixture) {
      const { queue } = fixture;
      await oneOfEach(fixture);
      const before = await listed(queue);
      assert.equal(await queue.requeue({}, t0 + 50), 2);
      const expected = before.map((record) => {
        if (record.status !== 'failed' && record.status !== 'skipped') return record;
        const { reason: _, ...rest } = record;
        return { ...rest, status: 'pending', attempt: 0, dueAt: t0 + 50, changedAt: t0 + 50 };
      });
      assert.deepEqual(await listed(queue), expected);
      assert.equal(await queue.requeue({}, t0 + 60), 0);
    },
  },
  {
    name: 'keeps the errors of a requeued dispatch, and appends later ones',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      for (const attempt of [1, 2]) {
        await claim(queue, { token: tokenOf(attempt), now: t0 + attempt });
        await queue.settle(
          tokenOf(attempt),
          [{ id: dispatchIdOf(1), status: 'error', dueAt: t0 + attempt + 1, error: busyError }],
          t0 + attempt,
        );
      }
      await queue.cancel({}, t0 + 3);
      await queue.requeue({}, t0 + 4);
      const [again] = await claim(queue, { token: tokenOf(5), now: t0 + 5 });
      assert.deepEqual([again?.attempt, again?.recovered], [1, false]);
      await queue.settle(tokenOf(5), [{ id: dispatchIdOf(1), status: 'failed', error: refusedError }], t0 + 5);
      assert.deepEqual((await queue.find(dispatchIdOf(1)))?.errors, [
        { ...busyError, attempt: 1, at: t0 + 1 },
        { ...busyError, attempt: 2, at: t0 + 2 },
        { ...refusedError, attempt: 1, at: t0 + 5 },
      ]);
    },
  },
  ...filterCases(failed).map(
    ([what, filter, numbers]): StorageTest => ({
      name: `requeues dispatches by ${what}`,
      async check({ queue }) {
        await populate(queue, failed);
        assert.equal(await queue.requeue(filter, t0 + hour), numbers.length);
        assert.deepEqual(await listedIds(queue, { status: 'pending' }), idsOf(...numbers));
      },
    }),
  ),
  {
    name: 'requeues no open dispatch, whatever the filter says',
    async check({ queue }) {
      await populate(queue, open);
      const before = await listed(queue);
      for (const filter of [{}, { status: 'pending' }, { status: 'error' }] as const)
        assert.equal(await queue.requeue(filter, t0 + hour), 0);
      assert.deepEqual(await listed(queue), before);
    },
  },
  {
    name: 'requeues each dispatch once in 8 concurrent calls',
    async check({ queue }) {
      await populate(queue, failed);
      const counts = await Promise.all(Array.from({ length: 8 }, () => queue.requeue({}, t0 + hour)));
      assert.equal(
        counts.reduce((sum, count) => sum + count, 0),
        6,
      );
    },
  },
];

/** Tests of `cancel`. */
export const cancelTests: readonly StorageTest[] = [
  {
    name: 'makes only pending and error dispatches skipped as cancelled',
    async check(fixture) {
      const { queue } = fixture;
      await oneOfEach(fixture);
      const before = await listed(queue);
      assert.equal(await queue.cancel({}, t0 + 50), 2);
      const expected = before.map((record) => {
        if (record.status !== 'pending' && record.status !== 'error') return record;
        const { dueAt: _, ...rest } = record;
        return { ...rest, status: 'skipped', reason: 'cancelled', changedAt: t0 + 50 };
      });
      assert.deepEqual(await listed(queue), expected);
      assert.equal(await queue.cancel({}, t0 + 60), 0);
    },
  },
  {
    name: 'never claims a cancelled dispatch, and keeps its errors',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      await queue.settle(tokenOf(1), [{ id: dispatchIdOf(1), status: 'error', dueAt: t0 + 1, error: busyError }], t0);
      await queue.cancel({}, t0);
      assert.deepEqual(await queue.claim(claimRequest({ now: t0 + hour })), { claims: [], messages: [] });
      assert.deepEqual((await queue.find(dispatchIdOf(1)))?.errors, [{ ...busyError, attempt: 1, at: t0 }]);
    },
  },
  {
    name: 'never cancels a claimed dispatch, also after its lease, and accepts its result',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      for (const filter of [{}, { status: 'processing' }] as const) assert.equal(await queue.cancel(filter, t0 + hour), 0);
      assert.deepEqual((await queue.settle(tokenOf(1), [{ id: dispatchIdOf(1), status: 'sent' }], t0 + hour)).ids, idsOf(1));
    },
  },
  ...filterCases(open).map(
    ([what, filter, numbers]): StorageTest => ({
      name: `cancels dispatches by ${what}`,
      async check({ queue }) {
        await populate(queue, open);
        assert.equal(await queue.cancel(filter, t0 + hour), numbers.length);
        assert.deepEqual(await listedIds(queue, { status: 'skipped' }), idsOf(...numbers));
      },
    }),
  ),
  {
    name: 'either cancels or claims a dispatch when both happen at the same time',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 100), t0);
      const [claimed, cancelled] = await Promise.all([claim(queue, { limit: 50 }), queue.cancel({}, t0)]);
      const records = await listed(queue);
      assert.equal(claimed.length, records.filter(({ status }) => status === 'processing').length);
      assert.equal(cancelled, records.filter(({ status }) => status === 'skipped').length);
    },
  },
];
