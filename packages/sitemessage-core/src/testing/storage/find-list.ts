import assert from 'node:assert/strict';
import { fanOutAlias, type NewDispatch, type NewMessage } from '../../storage/records.ts';
import {
  alert,
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
import type { StorageTest } from './fixture.ts';

const statuses: Statuses = { odd: 'failed', even: 'pending' };

/** Tests of `find` and `list`. */
export const findListTests: readonly StorageTest[] = [
  {
    name: 'finds a dispatch with its errors, and nothing under an unknown id',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1), dispatch(2)], t0);
      const [record] = await listed(queue);
      assert.deepEqual(await queue.find(dispatchIdOf(1)), { ...record, errors: [] });
      await claim(queue);
      await queue.settle(
        tokenOf(1),
        [
          { id: dispatchIdOf(1), status: 'failed', error: refusedError },
          { id: dispatchIdOf(2), status: 'error', dueAt: t0, error: busyError },
        ],
        t0,
      );
      assert.deepEqual((await queue.find(dispatchIdOf(1)))?.errors, [{ ...refusedError, attempt: 1, at: t0 }]);
      assert.deepEqual((await queue.find(dispatchIdOf(2)))?.errors, [{ ...busyError, attempt: 1, at: t0 }]);
      assert.equal(await queue.find(dispatchIdOf(99)), undefined);
    },
  },
  {
    name: 'keeps every field of a dispatch, however it is stored',
    async check({ queue }) {
      // `Required`: the compiler asks for a new field here, and then the test asks each storage for it.
      const given = (number: number, { id, type }: NewMessage): Required<Omit<NewDispatch, 'fanOut'>> => ({
        id: dispatchIdOf(number),
        messageId: id,
        messenger: 'smtp',
        type,
        priority: 3,
        dueAt: t0 + 7,
        address: 'ann@example.com',
        recipientId: '7',
      });
      async function* streamed(): AsyncGenerator<NewDispatch> {
        yield given(2, alert);
        yield { ...dispatch(4, {}, alert), messenger: fanOutAlias, fanOut: '{}' };
      }
      await queue.enqueue([news], [given(1, news)], t0);
      await queue.enqueue([alert], streamed(), t0);
      await claim(queue, { messenger: fanOutAlias, types: [alert.type] });
      await queue.settle(tokenOf(1), [{ id: dispatchIdOf(4), status: 'expanded', dispatches: [given(3, alert)] }], t0);
      const records = new Map((await listed(queue)).map((record) => [record.id, record]));
      for (const stored of [given(1, news), given(2, alert), given(3, alert)]) {
        const record = records.get(stored.id);
        assert.deepEqual({ ...record, ...stored }, record);
      }
    },
  },
  ...filterCases(statuses).map(
    ([what, filter, numbers]): StorageTest => ({
      name: `lists dispatches by ${what}`,
      async check({ queue }) {
        await populate(queue, statuses);
        assert.deepEqual(await listedIds(queue, filter), idsOf(...numbers));
      },
    }),
  ),
  {
    name: 'lists 2,600 dispatches once each, ordered by id',
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
    name: 'lists unchanged dispatches once and in order while others write',
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
    name: 'releases its locks when a list is left early',
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
    name: 'returns copies: changes to them have no effect',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      const { claims, messages } = await queue.claim(claimRequest());
      await queue.settle(tokenOf(1), [{ id: dispatchIdOf(1), status: 'error', dueAt: t0 + 1, error: busyError }], t0);
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
