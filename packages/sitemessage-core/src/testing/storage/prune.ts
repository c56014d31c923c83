import assert from 'node:assert/strict';
import type { Pruned, PruneRequest, QueueStore } from '../../storage/port.ts';
import type { FinalStatus } from '../../storage/records.ts';
import {
  alert,
  busyError,
  claim,
  claimIds,
  dispatch,
  dispatches,
  dispatchIdOf,
  hour,
  idsOf,
  listed,
  listedIds,
  message,
  news,
  pruneRequest,
  refusedError,
  t0,
  tokenOf,
} from './data.ts';
import type { StorageTest } from './fixture.ts';

const final: readonly FinalStatus[] = ['sent', 'failed', 'skipped'];

/** Prunes until nothing is deleted. Returns the totals. */
async function pruneAll(queue: QueueStore, fields: Partial<PruneRequest> = {}): Promise<Pruned> {
  const total = { dispatches: 0, messages: 0 };
  for (let call = 0; call < 1_000; call++) {
    const pruned = await queue.prune(pruneRequest(fields));
    assert.ok(pruned.dispatches >= 0 && pruned.dispatches <= (fields.limit ?? 100), `one call deleted ${pruned.dispatches} dispatches`);
    if (pruned.dispatches === 0 && pruned.messages === 0) return total;
    total.dispatches += pruned.dispatches;
    total.messages += pruned.messages;
  }
  return assert.fail('prune still deletes rows after 1,000 calls');
}

async function send(queue: QueueStore, numbers: readonly number[], now = t0): Promise<void> {
  await claim(queue);
  await queue.settle(
    tokenOf(1),
    idsOf(...numbers).map((id) => ({ id, status: 'sent' })),
    now,
  );
}

/** Tests of `prune`. */
export const pruneTests: readonly StorageTest[] = [
  ...final.map(
    (status, index): StorageTest => ({
      name: `deletes ${status} dispatches when asked, and no other status`,
      async check({ queue }) {
        await queue.enqueue([news], [...dispatches(1, 5), dispatch(6, { dueAt: t0 + hour })], t0);
        await claim(queue);
        await queue.settle(
          tokenOf(1),
          [
            { id: dispatchIdOf(1), status: 'sent' },
            { id: dispatchIdOf(2), status: 'failed', error: refusedError },
            { id: dispatchIdOf(3), status: 'skipped', reason: 'expired' },
            { id: dispatchIdOf(4), status: 'error', dueAt: t0 + hour, error: busyError },
          ],
          t0,
        );
        assert.deepEqual(await pruneAll(queue, { statuses: [status] }), { dispatches: 1, messages: 0 });
        assert.deepEqual(
          await listedIds(queue),
          idsOf(1, 2, 3, 4, 5, 6).filter((_, other) => other !== index),
        );
      },
    }),
  ),
  {
    name: 'deletes only dispatches that changed before the given time',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 2), t0);
      await claim(queue);
      await queue.settle(tokenOf(1), [{ id: dispatchIdOf(1), status: 'sent' }], t0 + 9);
      await queue.settle(tokenOf(1), [{ id: dispatchIdOf(2), status: 'sent' }], t0 + 10);
      assert.deepEqual(await pruneAll(queue, { before: t0 + 10 }), { dispatches: 1, messages: 0 });
      assert.deepEqual(await listedIds(queue), idsOf(2));
    },
  },
  {
    name: 'deletes nothing without a status',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await send(queue, [1]);
      assert.deepEqual(await pruneAll(queue, { statuses: [] }), { dispatches: 0, messages: 0 });
      assert.equal((await listed(queue)).length, 1);
    },
  },
  {
    name: 'deletes at most the limit of dispatches in one call',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 7), t0);
      await send(queue, [1, 2, 3, 4, 5, 6, 7]);
      const first = await queue.prune(pruneRequest({ limit: 3 }));
      assert.deepEqual(first, { dispatches: 3, messages: 0 });
      assert.equal((await listed(queue)).length, 4);
      assert.deepEqual(await pruneAll(queue, { limit: 3 }), { dispatches: 4, messages: 1 });
    },
  },
  {
    name: 'deletes at most the limit of empty messages in one call, and returns how many',
    async check({ queue }) {
      const messages = Array.from({ length: 5 }, (_, index) => message(index + 1));
      await queue.enqueue(messages, [], t0);
      const counts: Pruned[] = [];
      for (let call = 0; call < 4; call++) counts.push(await queue.prune(pruneRequest({ limit: 2 })));
      assert.deepEqual(
        counts,
        [2, 2, 1, 0].map((count) => ({ dispatches: 0, messages: count })),
      );
      assert.deepEqual((await queue.enqueue(messages, [], t0)).length, 5);
    },
  },
  {
    name: 'deletes a message with its last dispatch, and frees its id',
    async check({ queue }) {
      await queue.enqueue([news, alert], [...dispatches(1, 2), dispatch(3, {}, alert)], t0);
      await send(queue, [1, 2, 3]);
      assert.deepEqual(await pruneAll(queue), { dispatches: 3, messages: 2 });
      assert.deepEqual(await queue.enqueue([news], [dispatch(1)], t0), [news.id]);
      assert.deepEqual(await claimIds(queue), idsOf(1));
    },
  },
  {
    name: 'deletes a message whose only fan-out row expanded into nothing',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1, { messenger: '*', fanOut: 'nobody' })], t0);
      await claim(queue, { messenger: '*' });
      await queue.settle(tokenOf(1), [{ id: dispatchIdOf(1), status: 'expanded', dispatches: [] }], t0);
      assert.deepEqual(await pruneAll(queue), { dispatches: 0, messages: 1 });
    },
  },
  {
    name: 'keeps a message as long as one of its dispatches exists',
    async check({ queue }) {
      const later = dispatch(3, { dueAt: t0 + hour });
      await queue.enqueue([news], [...dispatches(1, 2), later], t0);
      await send(queue, [1]);
      assert.deepEqual(await pruneAll(queue), { dispatches: 1, messages: 0 });
      assert.deepEqual(await listedIds(queue), idsOf(2, 3));
      const { claims, messages } = await queue.claim({
        token: tokenOf(2),
        now: t0 + hour,
        leaseUntil: t0 + 2 * hour,
        limit: 10,
        messenger: 'smtp',
        types: ['news'],
      });
      assert.equal(claims.length, 2);
      assert.deepEqual(messages, [news]);
    },
  },
  {
    name: 'keeps empty messages with dispatchesOnly, so their ids stay taken',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 2), t0);
      await send(queue, [1, 2]);
      assert.deepEqual(await pruneAll(queue, { dispatchesOnly: true }), { dispatches: 2, messages: 0 });
      assert.deepEqual(await queue.enqueue([news], [dispatch(1)], t0), []);
      assert.deepEqual(await pruneAll(queue), { dispatches: 0, messages: 1 });
    },
  },
  {
    name: 'deletes the errors of a dispatch with it',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      await queue.settle(tokenOf(1), [{ id: dispatchIdOf(1), status: 'failed', error: refusedError }], t0);
      await pruneAll(queue);
      assert.equal(await queue.find(dispatchIdOf(1)), undefined);
      await queue.enqueue([news], [dispatch(1)], t0);
      assert.deepEqual((await queue.find(dispatchIdOf(1)))?.errors, []);
    },
  },
  {
    name: 'deletes each dispatch once in 4 concurrent calls',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 20), t0);
      await send(
        queue,
        Array.from({ length: 20 }, (_, index) => index + 1),
      );
      const totals = await Promise.all(Array.from({ length: 4 }, () => pruneAll(queue, { limit: 3 })));
      assert.equal(
        totals.reduce((sum, { dispatches: count }) => sum + count, 0),
        20,
      );
      assert.equal(
        totals.reduce((sum, { messages }) => sum + messages, 0),
        1,
      );
    },
  },
  {
    name: 'keeps the items of an async iterable that is not older than abandonedBefore',
    async check({ queue, stream }) {
      const { give, end, enqueued } = stream([news], t0);
      for (const given of dispatches(1, 3)) await give(given);
      await pruneAll(queue, { abandonedBefore: t0 });
      await give(dispatch(4));
      end();
      assert.deepEqual(await enqueued, [news.id]);
      const { claims, messages } = await queue.claim({
        token: tokenOf(1),
        now: t0,
        leaseUntil: t0 + 1,
        limit: 9,
        messenger: 'smtp',
        types: ['news'],
      });
      assert.equal(claims.length, 4);
      assert.deepEqual(messages, [news]);
    },
  },
  ...[100, 2].map(
    (limit): StorageTest => ({
      name: `deletes an abandoned async iterable, ${limit} per call, and refuses to store the rest`,
      async check({ queue, stream }) {
        const { give, end, enqueued } = stream([news], t0);
        for (const given of dispatches(1, 3)) await give(given);
        await pruneAll(queue, { abandonedBefore: t0 + 1, limit });
        await give(dispatch(4));
        end();
        await assert.rejects(enqueued);
        assert.deepEqual(await listed(queue), []);
        assert.deepEqual(await queue.enqueue([news], [dispatch(5)], t0), [news.id]);
        assert.deepEqual(await claimIds(queue), idsOf(5));
      },
    }),
  ),
  {
    name: 'deletes an abandoned async iterable, and keeps stored rows and younger iterables',
    async check({ queue, stream }) {
      const [old, young] = [stream([news], t0), stream([alert], t0 + 10)];
      await old.give(dispatch(1));
      // A storage may ask for the second item while it stores the first. When it asks for a third, the first
      // is stored.
      await old.give(dispatch(4));
      await young.give(dispatch(2, {}, alert));
      const stored = message(3);
      await queue.enqueue([stored], [dispatch(3, {}, stored)], t0);
      await pruneAll(queue, { abandonedBefore: t0 + 10 });
      old.end();
      young.end();
      await assert.rejects(old.enqueued);
      assert.deepEqual(await young.enqueued, [alert.id]);
      assert.deepEqual(await listedIds(queue), idsOf(2, 3));
    },
  },
];
