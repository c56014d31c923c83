import assert from 'node:assert/strict';
import { claim, claimIds, dispatch, dispatches, dispatchIdOf, hour, idsOf, listed, listedIds, news, sorted, t0, tokenOf } from './data.ts';
import type { StorageTest } from './fixture.ts';

const id = dispatchIdOf(1);
const fanOutRow = dispatch(1, { messenger: '*', address: '', fanOut: 'three of them' });

/** Tests of `settle` with the result `expanded`. */
export const expandTests: readonly StorageTest[] = [
  {
    name: 'expands a row into dispatches and another fan-out row',
    async check({ queue }) {
      await queue.enqueue([news], [fanOutRow], t0);
      await claim(queue, { messenger: '*' });
      const rest = dispatch(2, { messenger: '*', address: '1', fanOut: 'the rest of them' });
      await queue.settle(tokenOf(1), [{ id, status: 'expanded', dispatches: [dispatch(11), rest] }], t0);
      assert.deepEqual(await claimIds(queue), idsOf(11));
      const [further] = await claim(queue, { messenger: '*', token: tokenOf(2) });
      assert.deepEqual([further?.id, further?.attempt, further?.fanOut], [dispatchIdOf(2), 1, 'the rest of them']);
      await queue.settle(tokenOf(2), [{ id: dispatchIdOf(2), status: 'expanded', dispatches: [dispatch(12)] }], t0);
      assert.deepEqual(await listedIds(queue), idsOf(11, 12));
    },
  },
  {
    name: 'replaces a fan-out row with its dispatches',
    async check({ queue }) {
      await queue.enqueue([news], [fanOutRow], t0);
      await claim(queue, { messenger: '*' });
      const row = dispatch(11, { recipientId: 'user-11', priority: 3, dueAt: t0 + 7 });
      assert.deepEqual((await queue.settle(tokenOf(1), [{ id, status: 'expanded', dispatches: [row, dispatch(12)] }], t0 + 5)).ids, [id]);
      assert.equal(await queue.find(id), undefined);
      const { id: rowId, messageId, messenger, type, priority, address, recipientId, dueAt } = row;
      assert.deepEqual((await listed(queue))[0], {
        id: rowId,
        messageId,
        messenger,
        type,
        priority,
        address,
        recipientId,
        status: 'pending',
        attempt: 0,
        dueAt,
        changedAt: t0 + 5,
      });
      assert.deepEqual(await claimIds(queue, { now: t0 + hour }), idsOf(11, 12));
    },
  },
  {
    name: 'stores an expanded dispatch once, and returns how many are new',
    async check({ queue }) {
      await queue.enqueue([news], [fanOutRow, dispatch(11), dispatch(12)], t0);
      await claim(queue, { limit: 1 });
      await queue.settle(tokenOf(1), [{ id: dispatchIdOf(11), status: 'sent' }], t0);
      await claim(queue, { messenger: '*', token: tokenOf(2) });
      const repeated = [dispatch(11), dispatch(12), dispatch(13), dispatch(13)];
      const settled = await queue.settle(tokenOf(2), [{ id, status: 'expanded', dispatches: repeated }], t0);
      assert.deepEqual(settled, { ids: [id], added: 1 });
      assert.deepEqual(
        (await listed(queue)).map((record) => [record.id, record.status]),
        [
          [dispatchIdOf(11), 'sent'],
          [dispatchIdOf(12), 'pending'],
          [dispatchIdOf(13), 'pending'],
        ],
      );
    },
  },
  {
    name: 'expands rows with common recipients at the same time, without deadlock',
    async check({ queue }) {
      const common = dispatches(11, 210);
      await queue.enqueue([news], dispatches(1, 4, { messenger: '*', fanOut: 'the same' }), t0);
      await claim(queue, { messenger: '*' });
      const applied = await Promise.all(
        idsOf(1, 2, 3, 4).map((each, index) => {
          const ordered = index % 2 === 0 ? common : common.toReversed();
          return queue.settle(tokenOf(1), [{ id: each, status: 'expanded', dispatches: ordered }], t0);
        }),
      );
      assert.deepEqual(sorted(applied.flatMap(({ ids }) => ids)), idsOf(1, 2, 3, 4));
      assert.equal(
        applied.reduce((sum, { added }) => sum + added, 0),
        common.length,
      );
      assert.deepEqual(
        (await listed(queue)).map((record) => record.id),
        common.map((each) => each.id),
      );
    },
  },
  {
    name: 'deletes a fan-out row that expands into nothing',
    async check({ queue }) {
      await queue.enqueue([news], [fanOutRow], t0);
      await claim(queue, { messenger: '*' });
      assert.deepEqual((await queue.settle(tokenOf(1), [{ id, status: 'expanded', dispatches: [] }], t0)).ids, [id]);
      assert.deepEqual(await listed(queue), []);
    },
  },
  {
    name: 'expands a row into 5,000 dispatches',
    async check({ queue }) {
      await queue.enqueue([news], [fanOutRow], t0);
      await claim(queue, { messenger: '*' });
      await queue.settle(tokenOf(1), [{ id, status: 'expanded', dispatches: dispatches(1_001, 6_000) }], t0);
      assert.deepEqual(await queue.counts(), [{ messenger: 'smtp', type: 'news', status: 'pending', count: 5_000 }]);
    },
  },
];
