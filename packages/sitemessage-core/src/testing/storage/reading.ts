import assert from 'node:assert/strict';
import type { CountFilter, Counts, QueueStore } from '../../storage/port.ts';
import {
  alert,
  claim,
  claimRequest,
  dispatch,
  dispatches,
  dispatchIdOf,
  hiccup,
  hour,
  idsOf,
  listed,
  listedIds,
  message,
  news,
  refusal,
  t0,
  tokenOf,
} from './data.ts';
import { filterCases, populate, type Statuses } from './population.ts';
import type { Clause } from './trial.ts';

const statuses: Statuses = { odd: 'failed', even: 'pending' };

/** What `find` and `list` show. */
export const reading: readonly Clause[] = [
  {
    name: 'finds one dispatch with what went wrong in its attempts, and nothing under an id that is not there',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1), dispatch(2)], t0);
      const [record] = await listed(queue);
      assert.deepEqual(await queue.find(dispatchIdOf(1)), { ...record, errors: [] });
      await claim(queue);
      await queue.settle(
        tokenOf(1),
        [
          { id: dispatchIdOf(1), status: 'failed', error: refusal },
          { id: dispatchIdOf(2), status: 'error', dueAt: t0, error: hiccup },
        ],
        t0,
      );
      assert.deepEqual((await queue.find(dispatchIdOf(1)))?.errors, [{ ...refusal, attempt: 1, at: t0 }]);
      assert.deepEqual((await queue.find(dispatchIdOf(2)))?.errors, [{ ...hiccup, attempt: 1, at: t0 }]);
      assert.equal(await queue.find(dispatchIdOf(99)), undefined);
    },
  },
  ...filterCases(statuses).map(
    ([what, filter, numbers]): Clause => ({
      name: `lists by id what matches a filter of ${what}`,
      async check({ queue }) {
        await populate(queue, statuses);
        assert.deepEqual(await listedIds(queue, filter), idsOf(...numbers));
      },
    }),
  ),
  {
    name: 'lists 2,600 dispatches by id, each of them once',
    async check({ queue }) {
      const given = dispatches(1, 2_600);
      await queue.enqueue([news], [...given.slice(1_300), ...given.slice(0, 1_300)], t0);
      assert.deepEqual(
        await listedIds(queue, { type: 'news' }),
        given.map(({ id }) => id),
      );
    },
  },
  {
    name: 'lists on while others write, and shows what they leave alone once, by id',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 2_600), t0);
      const seen: string[] = [];
      for await (const { id } of queue.list({ status: 'pending' })) {
        if (seen.length === 10) {
          await queue.cancel({ ids: idsOf(5, 20, 2_000) }, t0);
          await queue.enqueue([alert], [dispatch(9_999, {}, alert)], t0);
        }
        seen.push(id);
      }
      assert.deepEqual(seen, [...new Set(seen)].sort());
      const touched = idsOf(5, 20, 2_000, 9_999);
      assert.deepEqual(
        seen.filter((id) => !touched.includes(id)),
        dispatches(1, 2_600).flatMap(({ id }) => (touched.includes(id) ? [] : [id])),
      );
    },
  },
  {
    name: 'lets go of everything when nobody wants to see the rest of a list',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 2_600), t0);
      for await (const { id } of queue.list({})) {
        assert.equal(id, dispatchIdOf(1));
        break;
      }
      assert.equal((await claim(queue, { limit: 3_000 })).length, 2_600);
    },
  },
  {
    name: 'gives copies: changing them changes nothing',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      const { claims, messages } = await queue.claim(claimRequest());
      await queue.settle(tokenOf(1), [{ id: dispatchIdOf(1), status: 'error', dueAt: t0 + 1, error: hiccup }], t0);
      const found = await queue.find(dispatchIdOf(1));
      const given = [...claims, ...messages, found, found?.errors[0], ...(await listed(queue))];
      const before = [structuredClone(found), await listed(queue)];
      for (const object of given) {
        for (const key of Object.keys(object ?? {})) Reflect.set(object ?? {}, key, 'changed');
      }
      assert.deepEqual([await queue.find(dispatchIdOf(1)), await listed(queue)], before);
      assert.deepEqual((await queue.claim(claimRequest({ now: t0 + hour }))).messages, [news]);
    },
  },
];

const count = (queue: QueueStore, filter?: CountFilter): Promise<Counts> => queue.counts(filter);

const row = (messenger: string, type: string, status: Counts[number]['status'], n: number): Counts[number] => ({
  messenger,
  type,
  status,
  count: n,
});

/** What `counts` counts. */
export const counting: readonly Clause[] = [
  {
    name: 'counts nothing when there is nothing',
    async check({ queue }) {
      assert.deepEqual(await count(queue), []);
      assert.deepEqual(await count(queue, { since: 0 }), []);
    },
  },
  {
    name: 'counts what is open by messenger, type and status',
    async check({ queue }) {
      await queue.enqueue([alert, news], [...dispatches(1, 3), dispatch(4, { messenger: 'telegram' }), ...dispatches(5, 6, {}, alert)], t0);
      await claim(queue, { types: ['news'], limit: 2 });
      await queue.settle(tokenOf(1), [{ id: dispatchIdOf(1), status: 'error', dueAt: t0 + 1, error: hiccup }], t0);
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
    name: 'names the queues of which something is open, each of them once, and no others',
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
      await queue.settle(tokenOf(1), [{ id: dispatchIdOf(6), status: 'error', dueAt: t0 + hour, error: hiccup }], t0);
      assert.deepEqual(await openQueues(queue), ['smtp alert', 'telegram news']);
    },
  },
  {
    name: 'counts what is final only since a time, and what is open at any time',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 5), t0);
      await claim(queue, { limit: 4 });
      await queue.settle(tokenOf(1), [{ id: dispatchIdOf(1), status: 'sent' }], t0 + 10);
      await queue.settle(
        tokenOf(1),
        [
          { id: dispatchIdOf(2), status: 'sent' },
          { id: dispatchIdOf(3), status: 'failed', error: refusal },
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
    name: 'counts, and names open queues, in the order of messenger, type and status',
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
