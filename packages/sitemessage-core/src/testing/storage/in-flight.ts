import assert from 'node:assert/strict';
import type { QueueStore } from '../../storage/port.ts';
import type { Claim } from '../../storage/records.ts';
import {
  busyError,
  claim,
  dispatch,
  dispatches,
  dispatchIdOf,
  hour,
  idsOf,
  minute,
  news,
  second,
  t0,
  tokenOf,
  unreadable,
} from './data.ts';
import type { StorageTest } from './fixture.ts';

const id = dispatchIdOf(1);

/** Claims all rows after their lease, under the `n`th token. */
const claimLost = (queue: QueueStore, n: number): Promise<readonly Claim[]> => claim(queue, { token: tokenOf(n), now: t0 + n * hour });

const reach = (claims: readonly Claim[]): unknown[] => claims.map(({ attempt, recovered, losses }) => [attempt, recovered, losses]);

/** Tests of the marks that `claim` and `settle` store, and of lost leases. */
export const inFlightTests: readonly StorageTest[] = [
  {
    name: 'takes back the attempt of a lost row that claim marked, and counts the loss',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 3), t0);
      await claim(queue, { inFlight: 2 });
      assert.deepEqual(reach(await claimLost(queue, 2)), [
        [1, false, 1],
        [1, false, 1],
        [1, false, 0],
      ]);
    },
  },
  {
    name: 'marks the first rows in claim order',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1, { priority: 1 }), dispatch(2, { priority: 3 }), dispatch(3, { priority: 2 })], t0);
      await claim(queue, { inFlight: 2 });
      const lost = await claimLost(queue, 2);
      assert.deepEqual(new Map(lost.map(({ id, losses }) => [id, losses])).get(dispatchIdOf(1)), 0);
    },
  },
  {
    name: 'recovers a lost row that settle marked, and counts its attempt and the loss',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 3), t0);
      await claim(queue);
      assert.deepEqual((await queue.settle(tokenOf(1), [], t0, { seq: 1, ids: [id] })).ids, []);
      assert.deepEqual(reach(await claimLost(queue, 2)), [
        [2, true, 1],
        [1, false, 0],
        [1, false, 0],
      ]);
    },
  },
  {
    name: 'counts consecutive losses in flight, and resets after an unmarked loss',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue, { inFlight: 1 });
      await claim(queue, { token: tokenOf(2), now: t0 + hour, leaseUntil: t0 + hour + minute });
      await queue.settle(tokenOf(2), [], t0 + hour, { seq: 1, ids: [id] });
      assert.deepEqual(reach(await claimLost(queue, 3)), [[2, true, 2]]);
      assert.deepEqual(reach(await claimLost(queue, 5)), [[2, false, 0]]);
    },
  },
  {
    name: 'resets losses with a result, and keeps them with released',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 2), t0);
      await claim(queue, { inFlight: 2 });
      await claimLost(queue, 2);
      const at = t0 + 2 * hour;
      await queue.settle(
        tokenOf(2),
        [
          { id, status: 'error', dueAt: at, error: busyError },
          { id: dispatchIdOf(2), status: 'released', dueAt: at },
        ],
        at,
      );
      assert.deepEqual(reach(await claim(queue, { token: tokenOf(3), now: at })), [
        [2, false, 0],
        [1, false, 1],
      ]);
    },
  },
  {
    name: 'keeps the marks with the highest seq of a token, in any order',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 3), t0);
      await claim(queue, { inFlight: 3 });
      await queue.settle(tokenOf(1), [], t0, { seq: 2, ids: idsOf(2) });
      await queue.settle(tokenOf(1), [], t0, { seq: 1, ids: idsOf(1) });
      await queue.settle(tokenOf(1), [], t0, { seq: 3, ids: idsOf(3) });
      await queue.settle(tokenOf(1), [], t0, { seq: 2, ids: idsOf(2) });
      assert.deepEqual(reach(await claimLost(queue, 2)), [
        [1, false, 0],
        [1, false, 0],
        [2, true, 1],
      ]);
    },
  },
  {
    name: 'clears the marks of a token when they are empty',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 2), t0);
      await claim(queue, { inFlight: 2 });
      await queue.settle(tokenOf(1), [{ id, status: 'sent' }], t0, { seq: 1, ids: [] });
      assert.deepEqual(reach(await claimLost(queue, 2)), [[1, false, 0]]);
    },
  },
  {
    name: 'keeps the marks of a token when settle gives none',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 2), t0);
      await claim(queue);
      await queue.settle(tokenOf(1), [], t0, { seq: 1, ids: idsOf(2) });
      await queue.settle(tokenOf(1), [{ id, status: 'sent' }], t0);
      assert.deepEqual(reach(await claimLost(queue, 2)), [[2, true, 1]]);
    },
  },
  {
    name: 'keeps the marks of each token separate',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 2), t0);
      await claim(queue, { limit: 1 });
      await claim(queue, { token: tokenOf(2), limit: 1 });
      await queue.settle(tokenOf(2), [], t0, { seq: 1, ids: idsOf(1, 2) });
      assert.deepEqual(reach(await claimLost(queue, 3)), [
        [1, false, 0],
        [2, true, 1],
      ]);
    },
  },
  {
    name: 'stores no marks when reading a result throws',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 2), t0);
      await claim(queue);
      const broken = unreadable({ id, status: 'failed' as const, error: busyError }, 'error');
      await assert.rejects(queue.settle(tokenOf(1), [broken], t0, { seq: 1, ids: idsOf(2) }));
      assert.deepEqual(reach(await claimLost(queue, 2)), [
        [1, false, 0],
        [1, false, 0],
      ]);
    },
  },
  {
    name: 'keeps the marks of claimed rows when it prunes',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      await queue.settle(tokenOf(1), [], t0, { seq: 1, ids: [id] });
      const before = t0 + 30 * 24 * hour;
      await queue.prune({
        now: before,
        statuses: ['sent'],
        before,
        abandonedBefore: before,
        keysBefore: before,
        dispatchesOnly: false,
        limit: 100,
      });
      assert.deepEqual(reach(await claim(queue, { token: tokenOf(2), now: before + second })), [[2, true, 1]]);
    },
  },
];
