import assert from 'node:assert/strict';
import type { QueueStore } from '../../storage/port.ts';
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
  second,
  t0,
  tokenOf,
} from './data.ts';
import type { StorageTest } from './fixture.ts';

async function sentBy(queue: QueueStore, providerIds: readonly string[]): Promise<void> {
  await queue.enqueue([news], dispatches(1, providerIds.length), t0);
  await claim(queue);
  const results = providerIds.map((providerId, index) => ({ id: dispatchIdOf(index + 1), status: 'sent', providerId }) as const);
  await queue.settle(tokenOf(1), results, t0);
}

/** Tests of `report`, and of `list` by provider id. */
export const reportTests: readonly StorageTest[] = [
  {
    name: 'stores each outcome with the time of its first report, and returns whether it is new',
    async check({ queue }) {
      await sentBy(queue, ['a', 'b']);
      const before = await listed(queue);
      assert.equal(await queue.report(dispatchIdOf(1), 'delivered', t0 + 1), true);
      assert.equal(await queue.report(dispatchIdOf(1), 'read', t0 + 2), true);
      assert.equal(await queue.report(dispatchIdOf(1), 'read', t0 + 3), false);
      assert.equal(await queue.report(dispatchIdOf(1), 'bounced', t0 + 4), true);
      assert.equal(await queue.report(dispatchIdOf(1), 'complained', t0 + 5), true);
      const outcomes = { delivered: t0 + 1, read: t0 + 2, bounced: t0 + 4, complained: t0 + 5 };
      const [one, other] = before;
      assert.deepEqual(await listed(queue), [{ ...one, outcomes }, other]);
      assert.deepEqual((await queue.find(dispatchIdOf(1)))?.outcomes, outcomes);
      assert.equal(await queue.report(dispatchIdOf(99), 'read', t0), false);
      assert.equal(await queue.report('no id of core', 'read', t0), false);
    },
  },
  {
    name: 'stores an outcome at time 0',
    async check({ queue }) {
      await sentBy(queue, ['a']);
      assert.equal(await queue.report(dispatchIdOf(1), 'read', 0), true);
      assert.equal(await queue.report(dispatchIdOf(1), 'read', 1), false);
      assert.deepEqual((await queue.find(dispatchIdOf(1)))?.outcomes, { read: 0 });
      assert.deepEqual(await listedIds(queue, { outcome: 'read' }), idsOf(1));
    },
  },
  {
    name: 'stores outcomes in any status, and keeps them through claim, settle and requeue',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1), dispatch(2, { dueAt: t0 + hour })], t0);
      assert.equal(await queue.report(dispatchIdOf(2), 'bounced', t0), true);
      const [claimed] = await claim(queue);
      assert.equal(await queue.report(dispatchIdOf(1), 'read', t0 + 1), true);
      assert.equal((await queue.find(dispatchIdOf(1)))?.status, 'processing');
      assert.deepEqual(await claim(queue, { token: tokenOf(2) }), []);
      const result = { id: dispatchIdOf(1), status: 'error', dueAt: t0 + second, error: busyError } as const;
      assert.deepEqual((await queue.settle(tokenOf(1), [result], t0)).ids, [claimed?.id]);
      await queue.cancel({ ids: idsOf(1) }, t0);
      await queue.requeue({ ids: idsOf(1) }, t0);
      assert.deepEqual(
        (await claim(queue, { token: tokenOf(3), now: t0 + hour })).map(({ id }) => id),
        idsOf(1, 2),
      );
      assert.deepEqual(
        (await listed(queue)).map(({ outcomes }) => outcomes),
        [{ read: t0 + 1 }, { bounced: t0 }],
      );
    },
  },
  {
    name: 'returns true for one of 8 concurrent reports',
    async check({ queue }) {
      await sentBy(queue, ['a']);
      const reports = await Promise.all(Array.from({ length: 8 }, (_, index) => queue.report(dispatchIdOf(1), 'read', t0 + index)));
      assert.equal(reports.filter((isNew) => isNew).length, 1);
    },
  },
  {
    name: 'lists dispatches by exact provider id of any length',
    async check({ queue }) {
      const long = '\u20ac'.repeat(2_000);
      const ids = ['7', 'x', 'X', 'x ', '7', '', '%', long, `${long}1`];
      await sentBy(queue, ids);
      await queue.enqueue([alert], [dispatch(50, {}, alert)], t0);
      for (const providerId of new Set(ids)) {
        const expected = ids.flatMap((id, index) => (id === providerId ? [index + 1] : []));
        assert.deepEqual(await listedIds(queue, { providerId }), idsOf(...expected));
      }
      assert.deepEqual(await listedIds(queue, { providerId: '7', ids: idsOf(1, 2) }), idsOf(1));
      assert.deepEqual(await listedIds(queue, { providerId: '7', address: dispatch(5).address }), idsOf(5));
      assert.deepEqual(await listedIds(queue, { providerId: 'another' }), []);
      assert.deepEqual(await listedIds(queue, { providerId: 'a\0' }), []);
    },
  },
];
