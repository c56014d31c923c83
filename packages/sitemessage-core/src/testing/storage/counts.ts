import assert from 'node:assert/strict';
import type { CountFilter, Counts, QueueStore } from '../../storage/port.ts';
import { alert, busyError, claim, dispatch, dispatches, dispatchIdOf, hour, message, news, refusedError, t0, tokenOf } from './data.ts';
import type { StorageTest } from './fixture.ts';

const count = (queue: QueueStore, filter?: CountFilter): Promise<Counts> => queue.counts(filter);

const row = (messenger: string, type: string, status: Counts[number]['status'], n: number): Counts[number] => ({
  messenger,
  type,
  status,
  count: n,
});

/** Tests of `counts` and `openQueues`. */
export const countTests: readonly StorageTest[] = [
  {
    name: 'counts nothing in an empty queue',
    async check({ queue }) {
      assert.deepEqual(await count(queue), []);
      assert.deepEqual(await count(queue, { since: 0 }), []);
    },
  },
  {
    name: 'counts open dispatches by messenger, type and status',
    async check({ queue }) {
      await queue.enqueue([alert, news], [...dispatches(1, 3), dispatch(4, { messenger: 'telegram' }), ...dispatches(5, 6, {}, alert)], t0);
      await claim(queue, { types: ['news'], limit: 2 });
      await queue.settle(tokenOf(1), [{ id: dispatchIdOf(1), status: 'error', dueAt: t0 + 1, error: busyError }], t0);
      assert.deepEqual(await count(queue), [
        row('smtp', 'alert', 'pending', 2),
        row('smtp', 'news', 'error', 1),
        row('smtp', 'news', 'pending', 1),
        row('smtp', 'news', 'processing', 1),
        row('telegram', 'news', 'pending', 1),
      ]);
      assert.deepEqual(await count(queue, { messenger: 'telegram' }), [row('telegram', 'news', 'pending', 1)]);
      assert.deepEqual(await count(queue, { type: 'alert' }), [row('smtp', 'alert', 'pending', 2)]);
      assert.deepEqual(await count(queue, { messenger: 'telegram', type: 'alert' }), []);
    },
  },
  {
    name: 'returns each queue with open dispatches once, and no others',
    async check({ queue }) {
      assert.deepEqual(await queue.openQueues(), []);
      await queue.enqueue(
        [alert, news],
        [...dispatches(1, 3), dispatch(4, { messenger: 'telegram', dueAt: t0 + hour, priority: 1 }), ...dispatches(5, 6, {}, alert)],
        t0,
      );
      await claim(queue, { limit: 6 });
      assert.deepEqual(await openQueues(queue), ['smtp alert', 'smtp news', 'telegram news']);
      await queue.settle(
        tokenOf(1),
        [1, 2, 3, 5].map((nr) => ({ id: dispatchIdOf(nr), status: 'sent' })),
        t0,
      );
      await queue.settle(tokenOf(1), [{ id: dispatchIdOf(6), status: 'error', dueAt: t0 + hour, error: busyError }], t0);
      assert.deepEqual(await openQueues(queue), ['smtp alert', 'telegram news']);
    },
  },
  {
    name: 'counts final dispatches only with since, and open ones always',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 5), t0);
      await claim(queue, { limit: 4 });
      await queue.settle(tokenOf(1), [{ id: dispatchIdOf(1), status: 'sent' }], t0 + 10);
      await queue.settle(
        tokenOf(1),
        [
          { id: dispatchIdOf(2), status: 'sent' },
          { id: dispatchIdOf(3), status: 'failed', error: refusedError },
          { id: dispatchIdOf(4), status: 'skipped', reason: 'expired' },
        ],
        t0 + 20,
      );
      const open = row('smtp', 'news', 'pending', 1);
      const [failed, skipped] = [row('smtp', 'news', 'failed', 1), row('smtp', 'news', 'skipped', 1)];
      assert.deepEqual(await count(queue), [open]);
      for (const since of [0, t0 + 10])
        assert.deepEqual(await count(queue, { since }), [failed, open, row('smtp', 'news', 'sent', 2), skipped].sort(byStatus));
      assert.deepEqual(await count(queue, { since: t0 + 11 }), [failed, open, row('smtp', 'news', 'sent', 1), skipped].sort(byStatus));
      assert.deepEqual(await count(queue, { since: t0 + 21 }), [open]);
    },
  },
  {
    name: 'orders counts and open queues by messenger, type and status',
    async check({ queue }) {
      const rows = [
        dispatch(1, { messenger: 'vk' }),
        dispatch(2, {}, alert),
        dispatch(3),
        dispatch(4),
        dispatch(5, { messenger: 'Smtp' }, alert),
      ];
      await queue.enqueue([alert, news], rows, t0);
      await queue.cancel({ ids: [dispatchIdOf(4)] }, t0);
      assert.deepEqual(await queue.counts({ since: 0 }), [
        row('Smtp', 'alert', 'pending', 1),
        row('smtp', 'alert', 'pending', 1),
        row('smtp', 'news', 'pending', 1),
        row('smtp', 'news', 'skipped', 1),
        row('vk', 'news', 'pending', 1),
      ]);
      assert.deepEqual(
        (await queue.openQueues()).map(({ messenger, type }) => `${messenger} ${type}`),
        ['Smtp alert', 'smtp alert', 'smtp news', 'vk news'],
      );
    },
  },
  {
    name: 'counts a fan-out row as one row',
    async check({ queue }) {
      const mail = message(4);
      await queue.enqueue([mail], [dispatch(1, { messenger: '*', fanOut: '["a","b","c"]' }, mail)], t0);
      assert.deepEqual(await count(queue), [row('*', 'news', 'pending', 1)]);
    },
  },
];

const openQueues = async (queue: QueueStore): Promise<string[]> =>
  (await queue.openQueues()).map(({ messenger, type }) => `${messenger} ${type}`).sort();

const byStatus = (a: Counts[number], b: Counts[number]): number => (a.status < b.status ? -1 : 1);
