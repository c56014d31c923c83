import assert from 'node:assert/strict';
import type { Settlement } from '../../storage/port.ts';
import type { SkipReason } from '../../storage/records.ts';
import {
  busyError,
  claim,
  dispatch,
  dispatches,
  dispatchIdOf,
  hour,
  idsOf,
  listed,
  minute,
  news,
  refusedError,
  second,
  sorted,
  t0,
  tokenOf,
} from './data.ts';
import type { StorageTest } from './fixture.ts';

const id = dispatchIdOf(1);

/** Tests of `settle` with results other than `expanded`. */
export const settleTests: readonly StorageTest[] = [
  {
    name: 'stores sent, with and without a provider id',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 2), t0);
      await claim(queue);
      await queue.settle(
        tokenOf(1),
        [
          { id, status: 'sent' },
          { id: dispatchIdOf(2), status: 'sent', providerId: 'provider-2' },
        ],
        t0 + 5,
      );
      const common = { messageId: news.id, messenger: 'smtp', type: 'news', priority: 0, status: 'sent', attempt: 1, changedAt: t0 + 5 };
      assert.deepEqual(await listed(queue), [
        { ...common, id, address: 'user1@example.com' },
        { ...common, id: dispatchIdOf(2), address: 'user2@example.com', providerId: 'provider-2' },
      ]);
      assert.deepEqual((await queue.find(id))?.errors, []);
      assert.deepEqual(await claim(queue, { now: t0 + hour }), []);
    },
  },
  {
    name: 'stores error with the next dueAt, and keeps the error',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      await queue.settle(tokenOf(1), [{ id, status: 'error', dueAt: t0 + minute, error: busyError }], t0 + 5);
      const { status, attempt, dueAt, changedAt, errors } = (await queue.find(id)) ?? {};
      assert.deepEqual({ status, attempt, dueAt, changedAt }, { status: 'error', attempt: 1, dueAt: t0 + minute, changedAt: t0 + 5 });
      assert.deepEqual(errors, [{ ...busyError, attempt: 1, at: t0 + 5 }]);
    },
  },
  {
    name: 'stores failed, and keeps the error',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      await queue.settle(tokenOf(1), [{ id, status: 'failed', error: refusedError }], t0 + 5);
      const found = await queue.find(id);
      assert.deepEqual([found?.status, found?.attempt, found?.changedAt], ['failed', 1, t0 + 5]);
      assert.equal(found && 'dueAt' in found, false);
      assert.deepEqual(found?.errors, [{ ...refusedError, attempt: 1, at: t0 + 5 }]);
      assert.deepEqual(await claim(queue, { now: t0 + hour }), []);
    },
  },
  {
    name: 'stores skipped with every reason',
    async check({ queue }) {
      const reasons: readonly SkipReason[] = ['unsubscribed', 'inactive', 'suppressed', 'expired', 'cancelled'];
      await queue.enqueue([news], dispatches(1, reasons.length), t0);
      await claim(queue);
      const settlements = reasons.map((reason, index): Settlement => ({ id: dispatchIdOf(index + 1), status: 'skipped', reason }));
      await queue.settle(tokenOf(1), settlements, t0 + 5);
      assert.deepEqual(
        (await listed(queue)).map(({ status, reason, attempt, changedAt, dueAt }) => [status, reason, attempt, changedAt, dueAt]),
        reasons.map((reason) => ['skipped', reason, 1, t0 + 5, undefined]),
      );
      assert.deepEqual(await claim(queue, { now: t0 + hour }), []);
    },
  },
  {
    name: 'returns a released row to pending, and takes its attempt back',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      await queue.settle(tokenOf(1), [{ id, status: 'released', dueAt: t0 + 100 }], t0 + 5);
      const { status, attempt, dueAt, changedAt } = (await queue.find(id)) ?? {};
      assert.deepEqual({ status, attempt, dueAt, changedAt }, { status: 'pending', attempt: 0, dueAt: t0 + 100, changedAt: t0 + 5 });
      assert.deepEqual(await claim(queue, { now: t0 + 99 }), []);
      const [again] = await claim(queue, { now: t0 + 100, token: tokenOf(2) });
      assert.deepEqual([again?.attempt, again?.recovered], [1, false]);
    },
  },
  {
    name: 'takes back only the last attempt of a released row, and keeps earlier errors',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      await queue.settle(tokenOf(1), [{ id, status: 'error', dueAt: t0 + 1, error: busyError }], t0);
      await claim(queue, { token: tokenOf(2), now: t0 + 1 });
      await queue.settle(tokenOf(2), [{ id, status: 'released', dueAt: t0 + 2 }], t0 + 1);
      const found = await queue.find(id);
      assert.deepEqual([found?.status, found?.attempt], ['pending', 1]);
      assert.deepEqual(found?.errors, [{ ...busyError, attempt: 1, at: t0 }]);
    },
  },
  {
    name: 'keeps the errors of all attempts, oldest first, also after sent',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      for (let attempt = 1; attempt <= 12; attempt++) {
        const now = t0 + attempt * second;
        await claim(queue, { token: tokenOf(attempt), now });
        const error = { ...busyError, message: `No. ${attempt}` };
        const settlement: Settlement = attempt < 12 ? { id, status: 'error', dueAt: now + 1, error } : { id, status: 'sent' };
        await queue.settle(tokenOf(attempt), [settlement], now);
      }
      const found = await queue.find(id);
      assert.equal(found?.status, 'sent');
      assert.deepEqual(
        found?.errors.map(({ attempt, at, message }) => [attempt, at, message]),
        Array.from({ length: 11 }, (_, index) => [index + 1, t0 + (index + 1) * second, `No. ${index + 1}`]),
      );
    },
  },
  {
    name: 'settles results of every status in one call',
    async check({ queue }) {
      await queue.enqueue([news], [...dispatches(1, 5), dispatch(6, { messenger: '*', fanOut: 'x' })], t0);
      await claim(queue);
      await claim(queue, { messenger: '*' });
      const applied = await queue.settle(
        tokenOf(1),
        [
          { id: dispatchIdOf(1), status: 'sent' },
          { id: dispatchIdOf(2), status: 'error', dueAt: t0 + 1, error: busyError },
          { id: dispatchIdOf(3), status: 'failed', error: refusedError },
          { id: dispatchIdOf(4), status: 'skipped', reason: 'expired' },
          { id: dispatchIdOf(5), status: 'released', dueAt: t0 + 1 },
          { id: dispatchIdOf(6), status: 'expanded', dispatches: [dispatch(7)] },
        ],
        t0,
      );
      assert.deepEqual(sorted(applied.ids), idsOf(1, 2, 3, 4, 5, 6));
      assert.deepEqual(
        (await listed(queue)).map(({ status }) => status),
        ['sent', 'error', 'failed', 'skipped', 'pending', 'pending'],
      );
    },
  },
  {
    name: 'settles 1,000 results in one call',
    async check({ queue }) {
      const given = dispatches(1, 1_000);
      await queue.enqueue([news], given, t0);
      await claim(queue);
      const settlements = given.map((each): Settlement => ({ id: each.id, status: 'failed', error: refusedError }));
      assert.equal((await queue.settle(tokenOf(1), settlements, t0)).ids.length, 1_000);
      assert.equal((await listed(queue, { status: 'failed' })).length, 1_000);
    },
  },
];
