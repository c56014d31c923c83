import assert from 'node:assert/strict';
import type { MessageRecord, NewDispatch } from '../../storage/records.ts';
import {
  alert,
  claim,
  claimIds,
  claimRequest,
  dispatch,
  dispatches,
  dispatchIdOf,
  hour,
  idsOf,
  listed,
  listedIds,
  message,
  minute,
  news,
  sorted,
  t0,
  tokenOf,
  unreadable,
} from './data.ts';
import type { StorageTest } from './fixture.ts';

const full: MessageRecord = message(7, { context: '{"to":"all"}', sender: 'shop', expiresAt: t0 + hour });

/** Tests of `enqueue` with an array. */
export const enqueueTests: readonly StorageTest[] = [
  {
    name: 'stores messages with their dispatches and returns the message ids',
    async check({ queue }) {
      assert.deepEqual(sorted(await queue.enqueue([news, alert], [dispatch(1), dispatch(2, {}, alert)], t0)), [news.id, alert.id]);
      assert.deepEqual(await listedIds(queue), idsOf(1, 2));
    },
  },
  {
    name: 'keeps every field and adds none',
    async check({ queue }) {
      const given = dispatch(1, { recipientId: 'user-1', priority: -3, dueAt: t0 - 5, address: 'a@example.com' }, full);
      await queue.enqueue([news, full], [given, dispatch(2)], t0 + 1);
      const { id, messageId, messenger, type, priority, address } = given;
      assert.deepEqual(await listed(queue), [
        {
          id,
          messageId,
          messenger,
          type,
          priority,
          address,
          recipientId: 'user-1',
          status: 'pending',
          attempt: 0,
          dueAt: t0 - 5,
          changedAt: t0 + 1,
        },
        {
          id: dispatchIdOf(2),
          messageId: news.id,
          messenger: 'smtp',
          type: 'news',
          priority: 0,
          address: 'user2@example.com',
          status: 'pending',
          attempt: 0,
          dueAt: t0,
          changedAt: t0 + 1,
        },
      ]);
      const { messages } = await queue.claim(claimRequest());
      assert.deepEqual(
        [...messages].sort((a, b) => (a.id < b.id ? -1 : 1)),
        [news, full],
      );
    },
  },
  {
    name: 'keeps times and priorities of 0',
    async check({ queue }) {
      const old = message(1, { createdAt: 0, expiresAt: 0 });
      await queue.enqueue([old], [dispatch(1, { dueAt: 0 }, old)], 0);
      const [record] = await listed(queue, { since: 0 });
      assert.deepEqual([record?.priority, record?.dueAt, record?.changedAt], [0, 0, 0]);
      assert.deepEqual((await queue.claim(claimRequest({ now: 0 }))).messages, [old]);
    },
  },
  {
    name: 'stores a message without dispatches',
    async check({ queue }) {
      assert.deepEqual(await queue.enqueue([news], [], t0), [news.id]);
      assert.deepEqual(await queue.enqueue([news], [dispatch(1)], t0), []);
      assert.deepEqual(await listed(queue), []);
    },
  },
  {
    name: 'leaves a message with a known id and its dispatches unchanged',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      const other = { ...news, context: '{"other":true}', sender: 'somebody else' };
      assert.deepEqual(await queue.enqueue([other], [dispatch(1, { address: 'other@example.com' }), dispatch(2)], t0 + 1), []);
      const { claims, messages } = await queue.claim(claimRequest({ now: t0 + 1 }));
      assert.deepEqual(messages, [news]);
      assert.deepEqual(
        claims.map(({ id, address }) => [id, address]),
        [[dispatchIdOf(1), 'user1@example.com']],
      );
    },
  },
  {
    name: 'stores the new messages of a call that also has a known id',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      assert.deepEqual(await queue.enqueue([news, alert], [dispatch(2), dispatch(3, {}, alert)], t0), [alert.id]);
      assert.deepEqual(await listedIds(queue), idsOf(1, 3));
    },
  },
  {
    name: 'stores a message given twice in one call once, as first given',
    async check({ queue }) {
      assert.deepEqual(await queue.enqueue([news, { ...news, context: '{"second":true}' }], [dispatch(1)], t0), [news.id]);
      const { claims, messages } = await queue.claim(claimRequest());
      assert.equal(claims.length, 1);
      assert.deepEqual(messages, [news]);
    },
  },
  {
    name: 'leaves a dispatch with a known id unchanged, in any status',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1), dispatch(2, { dueAt: t0 + hour })], t0);
      await claim(queue);
      await queue.settle(tokenOf(1), [{ id: dispatchIdOf(1), status: 'sent', providerId: 'p1' }], t0);
      const before = await listed(queue);
      const repeated = [dispatch(1, { address: 'x@example.com' }, alert), dispatch(2, { address: 'x@example.com' }, alert)];
      assert.deepEqual(await queue.enqueue([alert], [...repeated, dispatch(3, {}, alert)], t0 + 1), [alert.id]);
      assert.deepEqual((await listed(queue)).slice(0, 2), before);
      assert.deepEqual(await listedIds(queue), idsOf(1, 2, 3));
    },
  },
  {
    name: 'stores a dispatch given twice in one call once, as first given',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1), dispatch(2), dispatch(1, { address: 'x@example.com' })], t0);
      assert.deepEqual(
        (await listed(queue)).map(({ address }) => address),
        ['user1@example.com', 'user2@example.com'],
      );
    },
  },
  {
    name: 'stores nothing when reading a dispatch throws',
    async check({ queue }) {
      const broken = [...dispatches(1, 600), unreadable(dispatch(601), 'address')];
      await assert.rejects(queue.enqueue([news], broken, t0));
      assert.deepEqual(await listed(queue), []);
      assert.deepEqual(await queue.enqueue([news], [dispatch(1)], t0), [news.id]);
      assert.deepEqual(await claimIds(queue), idsOf(1));
    },
  },
  {
    name: 'stores nothing when reading a message throws',
    async check({ queue }) {
      await assert.rejects(queue.enqueue([news, unreadable(alert, 'context')], [dispatch(1)], t0));
      assert.deepEqual(await listed(queue), []);
      assert.deepEqual(sorted(await queue.enqueue([news, alert], [dispatch(1)], t0)), [news.id, alert.id]);
    },
  },
  {
    name: 'never stores a dispatch without its message',
    async check({ queue }) {
      await Promise.allSettled([queue.enqueue([news], [dispatch(1), dispatch(2, {}, alert)], t0)]);
      assert.equal(await queue.find(dispatchIdOf(2)), undefined);
      const { claims, messages } = await queue.claim(claimRequest());
      assert.deepEqual(new Set(claims.map(({ messageId }) => messageId)), new Set(messages.map(({ id }) => id)));
    },
  },
  {
    name: 'stores a message once in 10 concurrent calls, with the dispatches of one of them',
    async check({ queue }) {
      const calls = Array.from({ length: 10 }, (_, call) => dispatches(call * 10 + 1, call * 10 + 5));
      const answers = await Promise.all(calls.map((given) => queue.enqueue([news], given, t0)));
      const winners = answers.flatMap((ids, call) => (ids.length > 0 ? [call] : []));
      assert.equal(winners.length, 1, `${winners.length} of 10 calls returned the new message id`);
      assert.deepEqual(answers[winners[0] as number], [news.id]);
      assert.deepEqual(
        await listedIds(queue),
        calls[winners[0] as number]?.map(({ id }) => id),
      );
    },
  },
  {
    name: 'shows other readers all of a call or nothing',
    async check({ queue }) {
      let isStored = false;
      const storing = queue.enqueue([news], dispatches(1, 2_000), t0).finally(() => {
        isStored = true;
      });
      const seen = new Set<number>();
      for (let look = 0; look < 10_000 && !isStored; look++) {
        const counts = await queue.counts();
        seen.add(counts.reduce((sum, { count }) => sum + count, 0));
      }
      await storing;
      seen.delete(0);
      seen.delete(2_000);
      assert.deepEqual([...seen], []);
    },
  },
  {
    name: 'stores 10,000 dispatches in one call',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 10_000), t0);
      assert.deepEqual(await queue.counts(), [{ messenger: 'smtp', type: 'news', status: 'pending', count: 10_000 }]);
    },
  },
  {
    name: 'copies its arguments: later changes to them have no effect',
    async check({ queue }) {
      const given = { message: { ...news }, dispatch: { ...dispatch(1) } as { -readonly [Key in keyof NewDispatch]: NewDispatch[Key] } };
      await queue.enqueue([given.message], [given.dispatch], t0);
      given.message.context = '{"changed":true}' as never;
      given.dispatch.address = 'changed@example.com';
      given.dispatch.dueAt = t0 + minute;
      const { claims, messages } = await queue.claim(claimRequest());
      assert.deepEqual(messages, [news]);
      assert.equal(claims[0]?.address, 'user1@example.com');
    },
  },
];
