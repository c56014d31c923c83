import assert from 'node:assert/strict';
import type { QueueStore } from '../../storage/port.ts';
import type { Claim } from '../../storage/records.ts';
import { claim, dispatch, dispatches, dispatchIdOf, hiccup, hour, idsOf, minute, news, second, t0, tokenOf, unreadable } from './data.ts';
import type { Clause } from './trial.ts';

const id = dispatchIdOf(1);

/** Claims everything again after the lease, under the `n`th token. */
const claimLost = (queue: QueueStore, n: number): Promise<readonly Claim[]> => claim(queue, { token: tokenOf(n), now: t0 + n * hour });

const reach = (claims: readonly Claim[]): unknown[] => claims.map(({ attempt, recovered, losses }) => [attempt, recovered, losses]);

/** How a lost lease comes back, by what its process had in flight. */
export const marking: readonly Clause[] = [
  {
    name: 'gives back the attempt of a lost claim that it marked itself, and counts the loss',
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
    name: 'marks the first claims in their order',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1, { priority: 1 }), dispatch(2, { priority: 3 }), dispatch(3, { priority: 2 })], t0);
      await claim(queue, { inFlight: 2 });
      const lost = await claimLost(queue, 2);
      assert.deepEqual(new Map(lost.map(({ id, losses }) => [id, losses])).get(dispatchIdOf(1)), 0);
    },
  },
  {
    name: 'gives a lost claim that was in flight as recovered, and counts its attempt and the loss',
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
    name: 'counts how many leases in a row were lost in flight, and starts again after one that was not',
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
    name: 'forgets the losses with a result, and keeps them when the dispatch is given back',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 2), t0);
      await claim(queue, { inFlight: 2 });
      await claimLost(queue, 2);
      const at = t0 + 2 * hour;
      await queue.settle(
        tokenOf(2),
        [
          { id, status: 'error', dueAt: at, error: hiccup },
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
    name: 'replaces the marks of a token by later ones, whichever come first',
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
    name: 'has no marks under a token once they are empty',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 2), t0);
      await claim(queue, { inFlight: 2 });
      await queue.settle(tokenOf(1), [{ id, status: 'sent' }], t0, { seq: 1, ids: [] });
      assert.deepEqual(reach(await claimLost(queue, 2)), [[1, false, 0]]);
    },
  },
  {
    name: 'keeps the marks of a token when results come without any',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 2), t0);
      await claim(queue);
      await queue.settle(tokenOf(1), [], t0, { seq: 1, ids: idsOf(2) });
      await queue.settle(tokenOf(1), [{ id, status: 'sent' }], t0);
      assert.deepEqual(reach(await claimLost(queue, 2)), [[2, true, 1]]);
    },
  },
  {
    name: 'keeps the marks of every token to itself',
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
    name: 'stores no marks when one of the results is broken',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 2), t0);
      await claim(queue);
      const broken = unreadable({ id, status: 'failed' as const, error: hiccup }, 'error');
      await assert.rejects(queue.settle(tokenOf(1), [broken], t0, { seq: 1, ids: idsOf(2) }));
      assert.deepEqual(reach(await claimLost(queue, 2)), [
        [1, false, 0],
        [1, false, 0],
      ]);
    },
  },
  {
    name: 'keeps the marks of what is still claimed when it prunes',
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
