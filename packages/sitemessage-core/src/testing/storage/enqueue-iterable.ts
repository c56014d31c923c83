import assert from 'node:assert/strict';
import type { QueueStore } from '../../storage/port.ts';
import type { NewDispatch } from '../../storage/records.ts';
import {
  alert,
  claim,
  claimIds,
  claimRequest,
  dispatch,
  dispatches,
  dispatchIdOf,
  idsOf,
  listed,
  listedIds,
  message,
  minute,
  news,
  pruneRequest,
  t0,
  tokenOf,
  unreadable,
} from './data.ts';
import type { StorageTest } from './fixture.ts';

async function* streamOf(given: readonly NewDispatch[]): AsyncGenerator<NewDispatch> {
  yield* given;
}

/** Asserts that no method sees a row or changes one. */
async function assertNothingIsThere(queue: QueueStore): Promise<void> {
  assert.deepEqual(await queue.claim(claimRequest()), { claims: [], messages: [] });
  assert.deepEqual(await listed(queue), []);
  assert.deepEqual(await queue.counts({ since: 0 }), []);
  assert.equal(await queue.find(dispatchIdOf(1)), undefined);
  assert.equal(await queue.cancel({}, t0), 0);
  assert.equal(await queue.requeue({}, t0), 0);
}

/** Tests of `enqueue` with an async iterable. */
export const enqueueIterableTests: readonly StorageTest[] = [
  {
    name: 'stores an async iterable like an array',
    async check({ queue }) {
      const given = dispatches(1, 1_200);
      assert.deepEqual(await queue.enqueue([news], streamOf(given), t0), [news.id]);
      assert.deepEqual(
        await listedIds(queue),
        given.map(({ id }) => id),
      );
      assert.deepEqual((await queue.claim(claimRequest({ limit: 1 }))).messages, [news]);
    },
  },
  {
    name: 'keeps every field from an async iterable',
    async check({ queue }) {
      const full = message(7, { context: '{"to":"all"}', sender: 'shop', expiresAt: t0 + minute });
      const given = dispatch(1, { recipientId: 'user-1', priority: -3, dueAt: t0 - 5, fanOut: '["a"]' }, full);
      await queue.enqueue([full], streamOf([given, dispatch(2, {}, full)]), t0 + 1);
      const { fanOut, ...visible } = given;
      const state = { status: 'pending', attempt: 0, changedAt: t0 + 1 };
      assert.deepEqual(await listed(queue), [
        { ...visible, ...state },
        { ...dispatch(2, {}, full), ...state },
      ]);
      const { claims, messages } = await queue.claim(claimRequest());
      assert.deepEqual(
        claims.map((each) => [each.id, each.recipientId, each.fanOut]),
        [
          [dispatchIdOf(2), undefined, undefined],
          [dispatchIdOf(1), 'user-1', fanOut],
        ],
      );
      assert.deepEqual(messages, [full]);
    },
  },
  {
    name: 'stores the message of an empty async iterable',
    async check({ queue }) {
      assert.deepEqual(await queue.enqueue([news], streamOf([]), t0), [news.id]);
      assert.deepEqual(await queue.enqueue([news], [dispatch(1)], t0), []);
    },
  },
  {
    name: 'hides an async iterable from every method until it ends',
    async check({ queue, stream }) {
      const { give, end, enqueued } = stream([news]);
      for (const given of dispatches(1, 3)) {
        await give(given);
        await assertNothingIsThere(queue);
      }
      end();
      assert.deepEqual(await enqueued, [news.id]);
      assert.deepEqual(await claimIds(queue), idsOf(1, 2, 3));
    },
  },
  {
    name: 'shows all of an async iterable at once when it ends',
    async check({ queue, stream }) {
      const { give, end, enqueued } = stream([news]);
      for (const given of dispatches(1, 500)) await give(given);
      let isStored = false;
      const stored = enqueued.finally(() => {
        isStored = true;
      });
      end();
      const seen = new Set<number>();
      for (let look = 0; look < 10_000 && !isStored; look++) seen.add((await listedIds(queue)).length);
      await stored;
      seen.delete(0);
      seen.delete(500);
      assert.deepEqual([...seen], []);
      assert.equal((await listed(queue)).length, 500);
    },
  },
  {
    name: 'stores nothing when an async iterable throws, and rejects with its error',
    async check({ queue, stream }) {
      const { give, fail, enqueued } = stream([news]);
      for (const given of dispatches(1, 3)) await give(given);
      const error = new Error('The list of recipients is broken.');
      fail(error);
      await assert.rejects(enqueued, (thrown) => thrown === error);
      await assertNothingIsThere(queue);
      assert.deepEqual(await queue.enqueue([news], [dispatch(1)], t0), [news.id]);
      assert.deepEqual(await claimIds(queue), idsOf(1));
    },
  },
  {
    name: 'stores nothing when reading an item of an async iterable throws',
    async check({ queue }) {
      const given = [...dispatches(1, 3), unreadable(dispatch(4), 'address')];
      await assert.rejects(queue.enqueue([news], streamOf(given), t0));
      await assertNothingIsThere(queue);
      assert.deepEqual(await queue.enqueue([news], streamOf(dispatches(1, 4)), t0), [news.id]);
      assert.deepEqual(await claimIds(queue), idsOf(1, 2, 3, 4));
    },
  },
  {
    name: 'runs every other method while it waits for an async iterable',
    async check({ queue, storage, stream }) {
      const { give, end, enqueued } = stream([news]);
      await give(dispatch(1));
      assert.deepEqual(await queue.enqueue([alert], dispatches(2, 4, {}, alert), t0), [alert.id]);
      assert.deepEqual(await claimIds(queue, { limit: 2 }), idsOf(2, 3));
      assert.deepEqual((await queue.settle(tokenOf(1), [{ id: dispatchIdOf(2), status: 'sent' }], t0)).ids, idsOf(2));
      assert.deepEqual(await queue.reserve([{ limits: [{ key: 'k', intervalMs: 1, burst: 1 }] }], t0, t0), [{ at: t0, granted: true }]);
      await queue.defer('k', t0 + minute);
      assert.equal((await queue.find(dispatchIdOf(2)))?.status, 'sent');
      assert.deepEqual(await listedIds(queue), idsOf(2, 3, 4));
      assert.equal((await queue.counts()).length, 2);
      assert.equal(await queue.cancel({}, t0), 1);
      assert.equal(await queue.requeue({}, t0), 1);
      await queue.prune(pruneRequest({ statuses: ['sent'], before: t0 + 1 }));
      assert.ok(await storage.clock());
      await storage.migrate();
      end();
      assert.deepEqual(await enqueued, [news.id]);
      assert.deepEqual(await listedIds(queue), idsOf(1, 3, 4));
      assert.deepEqual((await claim(queue, { types: ['news'] })).length, 1);
    },
  },
  {
    name: 'adds nothing from an async iterable to a message with a known id',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      assert.deepEqual(await queue.enqueue([news, alert], streamOf([dispatch(2), dispatch(3, {}, alert)]), t0), [alert.id]);
      assert.deepEqual(await listedIds(queue), idsOf(1, 3));
    },
  },
  {
    name: 'adds nothing from an async iterable to a message that another call stored meanwhile',
    async check({ queue, stream }) {
      const { give, end, enqueued } = stream([news]);
      await give(dispatch(1));
      assert.deepEqual(await queue.enqueue([news], [dispatch(2)], t0), [news.id]);
      await give(dispatch(3));
      end();
      assert.deepEqual(await enqueued, []);
      assert.deepEqual(await listedIds(queue), idsOf(2));
    },
  },
  {
    name: 'stores a message once when two async iterables bring it',
    async check({ queue, stream }) {
      const [one, other] = [stream([news]), stream([news])];
      await one.give(dispatch(1));
      await other.give(dispatch(2));
      await one.give(dispatch(3));
      one.end();
      other.end();
      const answers = await Promise.all([one.enqueued, other.enqueued]);
      const isOne = answers[0].length > 0;
      assert.deepEqual(answers, isOne ? [[news.id], []] : [[], [news.id]]);
      assert.deepEqual(await listedIds(queue), isOne ? idsOf(1, 3) : idsOf(2));
    },
  },
  {
    name: 'keeps async iterables independent: one fails, the other is stored',
    async check({ queue, stream }) {
      const [one, other] = [stream([news]), stream([alert])];
      await one.give(dispatch(1));
      await other.give(dispatch(2, {}, alert));
      one.fail(new Error('Broken.'));
      await assert.rejects(one.enqueued, /Broken/);
      await other.give(dispatch(3, {}, alert));
      other.end();
      assert.deepEqual(await other.enqueued, [alert.id]);
      assert.deepEqual(await listedIds(queue), idsOf(2, 3));
    },
  },
  {
    name: 'stores a dispatch that an async iterable yields twice once, as first given',
    async check({ queue }) {
      await queue.enqueue([news], streamOf([dispatch(1), dispatch(2), dispatch(1, { address: 'x@example.com' })]), t0);
      assert.deepEqual(
        (await listed(queue)).map(({ address }) => address),
        ['user1@example.com', 'user2@example.com'],
      );
    },
  },
  {
    name: 'leaves a dispatch unchanged that another call stored meanwhile',
    async check({ queue, stream }) {
      const { give, end, enqueued } = stream([alert]);
      await give(dispatch(1, { address: 'x@example.com' }, alert));
      await queue.enqueue([news], [dispatch(1)], t0);
      await give(dispatch(2, {}, alert));
      end();
      assert.deepEqual(await enqueued, [alert.id]);
      assert.deepEqual(
        (await listed(queue)).map(({ address }) => address),
        ['user1@example.com', 'user2@example.com'],
      );
    },
  },
];
