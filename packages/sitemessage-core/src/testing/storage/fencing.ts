import assert from 'node:assert/strict';
import type { Settlement } from '../../storage/port.ts';
import {
  alert,
  busyError,
  claim,
  dispatch,
  dispatches,
  dispatchIdOf,
  hour,
  idsOf,
  listed,
  listedIds,
  news,
  refusedError,
  sorted,
  t0,
  tokenOf,
  unreadable,
} from './data.ts';
import type { StorageTest } from './fixture.ts';

const id = dispatchIdOf(1);
const sent: Settlement = { id, status: 'sent' };
const fanOutRow = dispatch(1, { messenger: '*', address: '', fanOut: 'three of them' });
const expanded: Settlement = { id, status: 'expanded', dispatches: dispatches(11, 13) };

/** Tests of which results `settle` accepts. */
export const fencingTests: readonly StorageTest[] = [
  {
    name: 'refuses a result under another token',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      const before = await listed(queue);
      assert.deepEqual((await queue.settle(tokenOf(2), [sent], t0)).ids, []);
      assert.deepEqual(await listed(queue), before);
    },
  },
  {
    name: 'refuses a result for an unclaimed or unknown row',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      assert.deepEqual((await queue.settle(tokenOf(1), [sent, { id: dispatchIdOf(99), status: 'sent' }], t0)).ids, []);
      assert.equal((await queue.find(id))?.status, 'pending');
    },
  },
  {
    name: 'refuses a late result after another claim, and accepts the newer one',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      await claim(queue, { token: tokenOf(2), now: t0 + hour });
      assert.deepEqual((await queue.settle(tokenOf(1), [{ id, status: 'failed', error: refusedError }], t0 + hour)).ids, []);
      assert.deepEqual((await queue.find(id))?.errors, []);
      assert.deepEqual((await queue.settle(tokenOf(2), [sent], t0 + hour)).ids, [id]);
      assert.equal((await queue.find(id))?.status, 'sent');
    },
  },
  {
    name: 'accepts a result after the lease while nobody else has claimed the row',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      assert.deepEqual((await queue.settle(tokenOf(1), [sent], t0 + hour)).ids, [id]);
      assert.equal((await queue.find(id))?.status, 'sent');
    },
  },
  {
    name: 'accepts only the first result of a claim',
    async check({ queue }) {
      const seconds: readonly Settlement[] = [
        sent,
        { id, status: 'error', dueAt: t0, error: busyError },
        { id, status: 'released', dueAt: t0 },
        { id, status: 'expanded', dispatches: [dispatch(50)] },
      ];
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      await queue.settle(tokenOf(1), [{ id, status: 'failed', error: refusedError }], t0);
      const before = await queue.find(id);
      for (const settlement of seconds) {
        assert.deepEqual((await queue.settle(tokenOf(1), [settlement], t0 + 1)).ids, []);
        assert.deepEqual(await queue.find(id), before);
      }
      assert.equal((await listed(queue)).length, 1);
    },
  },
  {
    name: 'refuses a result for a released claim, also after the next claim',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      await queue.settle(tokenOf(1), [{ id, status: 'released', dueAt: t0 }], t0);
      assert.deepEqual((await queue.settle(tokenOf(1), [sent], t0)).ids, []);
      await claim(queue, { token: tokenOf(2) });
      assert.deepEqual((await queue.settle(tokenOf(1), [sent], t0)).ids, []);
      assert.equal((await queue.find(id))?.status, 'processing');
    },
  },
  {
    name: 'accepts one of 10 concurrent results of a claim',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      const settlement: Settlement = { id, status: 'failed', error: refusedError };
      const answers = await Promise.all(Array.from({ length: 10 }, () => queue.settle(tokenOf(1), [settlement], t0)));
      assert.deepEqual(
        answers.flatMap(({ ids }) => ids),
        [id],
      );
      assert.equal((await queue.find(id))?.errors.length, 1);
    },
  },
  {
    name: 'returns exactly the ids of the accepted results',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 4), t0);
      await claim(queue, { limit: 2 });
      await claim(queue, { limit: 1, token: tokenOf(2) });
      const all = idsOf(1, 2, 3, 4, 5).map((each): Settlement => ({ id: each, status: 'sent' }));
      assert.deepEqual(sorted((await queue.settle(tokenOf(1), all, t0)).ids), idsOf(1, 2));
      assert.deepEqual(
        (await listed(queue)).map(({ status }) => status),
        ['sent', 'sent', 'processing', 'pending'],
      );
    },
  },
  {
    name: 'expands a fan-out row only if its result is accepted',
    async check({ queue }) {
      await queue.enqueue([news], [fanOutRow], t0);
      await claim(queue, { messenger: '*' });
      await claim(queue, { messenger: '*', token: tokenOf(2), now: t0 + hour });
      assert.deepEqual((await queue.settle(tokenOf(1), [expanded], t0 + hour)).ids, []);
      assert.deepEqual(await listedIds(queue), [id]);
      assert.deepEqual((await queue.settle(tokenOf(2), [expanded], t0 + hour)).ids, [id]);
      assert.deepEqual(await listedIds(queue), idsOf(11, 12, 13));
    },
  },
  {
    name: 'accepts no result when reading one of them throws',
    async check({ queue }) {
      await queue.enqueue([news, alert], dispatches(1, 3), t0);
      await claim(queue);
      const before = await listed(queue);
      const broken: readonly Settlement[] = [
        { id: dispatchIdOf(3), status: 'failed', error: unreadable(refusedError, 'message') },
        { id: dispatchIdOf(3), status: 'expanded', dispatches: [dispatch(11), unreadable(dispatch(12), 'address')] },
      ];
      for (const last of broken) {
        const first: Settlement = { id, status: 'error', dueAt: t0, error: busyError };
        await assert.rejects(queue.settle(tokenOf(1), [first, { id: dispatchIdOf(2), status: 'sent' }, last], t0 + 1));
        assert.deepEqual(await listed(queue), before);
        assert.deepEqual((await queue.find(id))?.errors, []);
      }
      assert.deepEqual((await queue.settle(tokenOf(1), [sent], t0)).ids, [id]);
    },
  },
];
