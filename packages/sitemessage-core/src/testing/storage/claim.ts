import assert from 'node:assert/strict';
import type { Claim } from '../../storage/records.ts';
import {
  alert,
  busyError,
  claim,
  claimIds,
  claimRequest,
  dispatch,
  dispatches,
  dispatchIdOf,
  hour,
  idsOf,
  listed,
  message,
  minute,
  news,
  second,
  sorted,
  t0,
  tokenOf,
} from './data.ts';
import type { StorageTest } from './fixture.ts';

/** Dispatches in claim order. All are due at `t0`. */
const ranked = [
  dispatch(9, { priority: 5, dueAt: t0 }, alert),
  dispatch(8, { priority: 1, dueAt: t0 - 9 }),
  dispatch(2, { priority: 1, dueAt: t0 - 3 }, alert),
  dispatch(3, { priority: 1, dueAt: t0 - 3 }),
  dispatch(4, { priority: 1, dueAt: t0 - 3 }, alert),
  dispatch(1, { priority: 1, dueAt: t0 }),
  dispatch(6, { priority: 0, dueAt: t0 - 99 }),
  dispatch(5, { priority: 0, dueAt: t0 - 98 }, alert),
  dispatch(7, { priority: -2, dueAt: t0 - 999 }, alert),
];
const rankedIds = ranked.map(({ id }) => id);

/** Tests of `claim`. */
export const claimTests: readonly StorageTest[] = [
  {
    name: 'leases due dispatches, counts the attempt and returns the message',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1, { recipientId: 'user-1' })], t0);
      const claimed = await queue.claim(claimRequest({ now: t0 + 5, leaseUntil: t0 + 50 }));
      const expected: Claim = {
        id: dispatchIdOf(1),
        messageId: news.id,
        address: 'user1@example.com',
        recipientId: 'user-1',
        attempt: 1,
        recovered: false,
        losses: 0,
      };
      assert.deepEqual(claimed, { claims: [expected], messages: [news] });
      const { status, attempt, dueAt, changedAt } = (await queue.find(dispatchIdOf(1))) ?? {};
      assert.deepEqual({ status, attempt, dueAt, changedAt }, { status: 'processing', attempt: 1, dueAt: t0 + 50, changedAt: t0 + 5 });
    },
  },
  {
    name: 'claims nothing from an empty queue',
    async check({ queue }) {
      assert.deepEqual(await queue.claim(claimRequest()), { claims: [], messages: [] });
    },
  },
  {
    name: 'claims higher priorities first, then earlier dueAt, then lower id, across types',
    async check({ queue }) {
      await queue.enqueue(
        [news, alert],
        [...ranked].sort((a, b) => (a.id < b.id ? -1 : 1)),
        t0,
      );
      assert.deepEqual(await claimIds(queue), rankedIds);
    },
  },
  {
    name: 'claims at most the limit, and continues in the same order',
    async check({ queue }) {
      await queue.enqueue([news, alert], [...ranked].reverse(), t0);
      const claimed: string[][] = [];
      for (let turn = 1; turn <= 4; turn++) claimed.push(await claimIds(queue, { token: tokenOf(turn), limit: 4 }));
      assert.deepEqual(claimed, [rankedIds.slice(0, 4), rankedIds.slice(4, 8), rankedIds.slice(8), []]);
    },
  },
  {
    name: 'claims nothing before its dueAt',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1, { dueAt: t0 + 10 }), dispatch(2, { dueAt: t0 + 11 })], t0);
      assert.deepEqual(await claimIds(queue, { now: t0 + 9 }), []);
      assert.deepEqual(await claimIds(queue, { now: t0 + 10 }), idsOf(1));
      assert.deepEqual(await claimIds(queue, { now: t0 + 11 }), idsOf(2));
    },
  },
  {
    name: 'uses the given time as now',
    async check({ queue }) {
      const later = 4_000_000_000_000;
      await queue.enqueue([news], [dispatch(1, { dueAt: later })], t0);
      assert.deepEqual(await claimIds(queue, { now: later - 1 }), []);
      assert.deepEqual(await claimIds(queue, { now: later }), idsOf(1));
      assert.deepEqual(await claimIds(queue, { now: later + minute }), idsOf(1));
    },
  },
  {
    name: 'claims only for the given messenger',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1), dispatch(2, { messenger: 'telegram' }), dispatch(3, { messenger: 'SMTP' })], t0);
      assert.deepEqual(await claimIds(queue, { messenger: 'telegram' }), idsOf(2));
      assert.deepEqual(await claimIds(queue), idsOf(1));
      assert.deepEqual(await claimIds(queue, { messenger: 'xmpp' }), []);
    },
  },
  {
    name: 'claims only the given types',
    async check({ queue }) {
      const other = message(3, { type: 'other' });
      await queue.enqueue([news, alert, other], [dispatch(1), dispatch(2, {}, alert), dispatch(3, {}, other)], t0);
      assert.deepEqual(await claimIds(queue, { types: [] }), []);
      assert.deepEqual(await claimIds(queue, { types: ['missing', 'alert'] }), idsOf(2));
      assert.deepEqual(await claimIds(queue, { types: ['other', 'news'] }), idsOf(1, 3));
    },
  },
  {
    name: 'finds a few claimable rows among many others, and leaves those unchanged',
    async check({ queue }) {
      const foreign = dispatches(1, 400, { priority: 9, dueAt: t0 - hour }, alert);
      const later = dispatches(401, 800, { priority: 9, dueAt: t0 + 1 });
      await queue.enqueue([news, alert], [...foreign, ...later, dispatch(900), dispatch(901)], t0);
      assert.deepEqual(await claimIds(queue, { types: ['news'], limit: 2 }), idsOf(900, 901));
      for (const record of await listed(queue, { type: 'alert' })) {
        assert.deepEqual([record.status, record.attempt, record.changedAt], ['pending', 0, t0]);
      }
    },
  },
  {
    name: 'claims only the given priority, including 0',
    async check({ queue }) {
      await queue.enqueue(
        [news],
        [dispatch(1, { priority: 2 }), dispatch(2), dispatch(3, { priority: 1 }), dispatch(4, { priority: -1 })],
        t0,
      );
      assert.deepEqual(await claimIds(queue, { priority: 1 }), idsOf(3));
      assert.deepEqual(await claimIds(queue, { priority: 0 }), idsOf(2));
      assert.deepEqual(await claimIds(queue, { priority: 7 }), []);
      assert.deepEqual(await claimIds(queue), idsOf(1, 4));
    },
  },
  {
    name: 'returns each message once, and no others',
    async check({ queue }) {
      const other = message(3);
      await queue.enqueue([news, alert, other], [...dispatches(1, 3), dispatch(4, {}, alert), dispatch(5, { dueAt: t0 + 1 }, other)], t0);
      const { claims, messages } = await queue.claim(claimRequest());
      assert.equal(claims.length, 4);
      assert.deepEqual(
        [...messages].sort((a, b) => (a.id < b.id ? -1 : 1)),
        [news, alert],
      );
    },
  },
  {
    name: 'returns every field of a message',
    async check({ queue }) {
      const full = message(3, { forSubscribers: true, sender: 'shop', expiresAt: t0 + hour });
      async function* streamed() {
        yield dispatch(2, {}, alert);
      }
      await queue.enqueue([full], [dispatch(1, {}, full)], t0);
      await queue.enqueue([alert], streamed(), t0);
      const { messages } = await queue.claim(claimRequest());
      assert.deepEqual(
        [...messages].sort((a, b) => (a.id < b.id ? -1 : 1)),
        [alert, full],
      );
    },
  },
  {
    name: 'claims a fan-out row with its fanOut text',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1, { messenger: '*', address: '', fanOut: '["a","b"]' }), dispatch(2)], t0);
      assert.deepEqual(await claimIds(queue), idsOf(2));
      const [row] = await claim(queue, { messenger: '*' });
      assert.deepEqual(row, {
        id: dispatchIdOf(1),
        messageId: news.id,
        address: '',
        attempt: 1,
        recovered: false,
        losses: 0,
        fanOut: '["a","b"]',
      });
    },
  },
  {
    name: 'claims an unmarked row again after its lease, without counting the lost attempt',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue, { leaseUntil: t0 + 100 });
      assert.deepEqual(await claim(queue, { token: tokenOf(2), now: t0 + 99 }), []);
      for (const now of [t0 + 100, t0 + 200]) {
        const [again] = await claim(queue, { token: tokenOf(now - t0), now, leaseUntil: now + 100 });
        assert.deepEqual([again?.id, again?.attempt, again?.recovered, again?.losses], [dispatchIdOf(1), 1, false, 0]);
      }
    },
  },
  {
    name: 'orders a lost lease by its end',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1), dispatch(2, { dueAt: t0 + 5 }), dispatch(3, { dueAt: t0 + 20 })], t0);
      await claim(queue, { leaseUntil: t0 + 10, inFlight: 1 });
      assert.deepEqual(await claimIds(queue, { token: tokenOf(2), now: t0 + 30 }), idsOf(2, 1, 3));
    },
  },
  {
    name: 'claims a retry when it is due, and not as recovered',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      await queue.settle(tokenOf(1), [{ id: dispatchIdOf(1), status: 'error', dueAt: t0 + second, error: busyError }], t0);
      assert.deepEqual(await claim(queue, { token: tokenOf(2), now: t0 + second - 1 }), []);
      const [again] = await claim(queue, { token: tokenOf(2), now: t0 + second });
      assert.deepEqual([again?.attempt, again?.recovered], [2, false]);
    },
  },
  {
    name: 'gives each dispatch to one of 16 concurrent claims',
    async check({ queue }) {
      const ids = idsOf(...Array.from({ length: 200 }, (_, index) => index + 1));
      await queue.enqueue([news], dispatches(1, 200), t0);
      const claimed: string[] = [];
      for (let round = 0; round < 20 && claimed.length < ids.length; round++) {
        const tokens = Array.from({ length: 16 }, (_, index) => tokenOf(round * 16 + index + 1));
        const given = await Promise.all(tokens.map((token) => claimIds(queue, { token, limit: 7 })));
        claimed.push(...given.flat());
      }
      assert.deepEqual(sorted(claimed), ids);
    },
  },
  {
    name: 'gives a lost lease to one of 16 concurrent claims',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      const tokens = Array.from({ length: 16 }, (_, index) => tokenOf(index + 2));
      const given = await Promise.all(tokens.map((token) => claim(queue, { token, now: t0 + hour })));
      assert.deepEqual(
        given.flat().map(({ attempt }) => attempt),
        [1],
      );
    },
  },
];
