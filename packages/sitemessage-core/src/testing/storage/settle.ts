import assert from 'node:assert/strict';
import type { Settlement } from '../../storage/port.ts';
import type { SkipReason } from '../../storage/records.ts';
import {
  claim,
  claimIds,
  dispatch,
  dispatches,
  dispatchIdOf,
  hiccup,
  hour,
  idsOf,
  listed,
  listedIds,
  minute,
  news,
  refusal,
  second,
  sorted,
  t0,
  tokenOf,
} from './data.ts';
import type { Clause } from './trial.ts';

const id = dispatchIdOf(1);
const fanOutRow = dispatch(1, { messenger: '*', address: '', fanOut: 'three of them' });

/** What `settle` makes of a claim. */
export const outcomes: readonly Clause[] = [
  {
    name: 'makes it sent, with the id that the provider gave and without one',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 2), t0);
      await claim(queue);
      await queue.settle(
        tokenOf(1),
        [
          { id, status: 'sent' },
          { id: dispatchIdOf(2), status: 'sent', providerId: 'provider-2' },
        ],
        t0 + 5,
      );
      const common = { messageId: news.id, messenger: 'smtp', type: 'news', priority: 0, status: 'sent', attempt: 1, changedAt: t0 + 5 };
      assert.deepEqual(await listed(queue), [
        { ...common, id, address: 'user1@example.com' },
        { ...common, id: dispatchIdOf(2), address: 'user2@example.com', providerId: 'provider-2' },
      ]);
      assert.deepEqual((await queue.find(id))?.errors, []);
      assert.deepEqual(await claim(queue, { now: t0 + hour }), []);
    },
  },
  {
    name: 'makes it an error that is due again, and keeps what went wrong',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      await queue.settle(tokenOf(1), [{ id, status: 'error', dueAt: t0 + minute, error: hiccup }], t0 + 5);
      const { status, attempt, dueAt, changedAt, errors } = (await queue.find(id)) ?? {};
      assert.deepEqual({ status, attempt, dueAt, changedAt }, { status: 'error', attempt: 1, dueAt: t0 + minute, changedAt: t0 + 5 });
      assert.deepEqual(errors, [{ ...hiccup, attempt: 1, at: t0 + 5 }]);
    },
  },
  {
    name: 'makes it failed for good, and keeps what went wrong',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      await queue.settle(tokenOf(1), [{ id, status: 'failed', error: refusal }], t0 + 5);
      const found = await queue.find(id);
      assert.deepEqual([found?.status, found?.attempt, found?.changedAt], ['failed', 1, t0 + 5]);
      assert.equal(found && 'dueAt' in found, false);
      assert.deepEqual(found?.errors, [{ ...refusal, attempt: 1, at: t0 + 5 }]);
      assert.deepEqual(await claim(queue, { now: t0 + hour }), []);
    },
  },
  {
    name: 'makes it skipped, for every reason there is',
    async check({ queue }) {
      const reasons: readonly SkipReason[] = ['unsubscribed', 'inactive', 'suppressed', 'expired', 'cancelled'];
      await queue.enqueue([news], dispatches(1, reasons.length), t0);
      await claim(queue);
      const settlements = reasons.map((reason, index): Settlement => ({ id: dispatchIdOf(index + 1), status: 'skipped', reason }));
      await queue.settle(tokenOf(1), settlements, t0 + 5);
      assert.deepEqual(
        (await listed(queue)).map(({ status, reason, attempt, changedAt, dueAt }) => [status, reason, attempt, changedAt, dueAt]),
        reasons.map((reason) => ['skipped', reason, 1, t0 + 5, undefined]),
      );
      assert.deepEqual(await claim(queue, { now: t0 + hour }), []);
    },
  },
  {
    name: 'gives a released one back to pending, and its attempt with it',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      await queue.settle(tokenOf(1), [{ id, status: 'released', dueAt: t0 + 100 }], t0 + 5);
      const { status, attempt, dueAt, changedAt } = (await queue.find(id)) ?? {};
      assert.deepEqual({ status, attempt, dueAt, changedAt }, { status: 'pending', attempt: 0, dueAt: t0 + 100, changedAt: t0 + 5 });
      assert.deepEqual(await claim(queue, { now: t0 + 99 }), []);
      const [again] = await claim(queue, { now: t0 + 100, token: tokenOf(2) });
      assert.deepEqual([again?.attempt, again?.recovered], [1, false]);
    },
  },
  {
    name: 'gives back only the last attempt, and keeps the errors of those before',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      await queue.settle(tokenOf(1), [{ id, status: 'error', dueAt: t0 + 1, error: hiccup }], t0);
      await claim(queue, { token: tokenOf(2), now: t0 + 1 });
      await queue.settle(tokenOf(2), [{ id, status: 'released', dueAt: t0 + 2 }], t0 + 1);
      const found = await queue.find(id);
      assert.deepEqual([found?.status, found?.attempt], ['pending', 1]);
      assert.deepEqual(found?.errors, [{ ...hiccup, attempt: 1, at: t0 }]);
    },
  },
  {
    name: 'keeps the errors of all attempts, oldest first, also of one that was sent in the end',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      for (let attempt = 1; attempt <= 12; attempt++) {
        const now = t0 + attempt * second;
        await claim(queue, { token: tokenOf(attempt), now });
        const error = { ...hiccup, message: `No. ${attempt}` };
        const settlement: Settlement = attempt < 12 ? { id, status: 'error', dueAt: now + 1, error } : { id, status: 'sent' };
        await queue.settle(tokenOf(attempt), [settlement], now);
      }
      const found = await queue.find(id);
      assert.equal(found?.status, 'sent');
      assert.deepEqual(
        found?.errors.map(({ attempt, at, message }) => [attempt, at, message]),
        Array.from({ length: 11 }, (_, index) => [index + 1, t0 + (index + 1) * second, `No. ${index + 1}`]),
      );
    },
  },
  {
    name: 'expands a row into dispatches and a row that expands further',
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
    name: 'replaces a fan-out row by its dispatches',
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
    name: 'keeps an expanded dispatch once that is given twice or is stored already, and says how many are new',
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
    name: 'expands rows at the same time that have recipients in common, in whatever order',
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
    name: 'takes away a fan-out row that expands into nothing',
    async check({ queue }) {
      await queue.enqueue([news], [fanOutRow], t0);
      await claim(queue, { messenger: '*' });
      assert.deepEqual((await queue.settle(tokenOf(1), [{ id, status: 'expanded', dispatches: [] }], t0)).ids, [id]);
      assert.deepEqual(await listed(queue), []);
    },
  },
  {
    name: 'settles results of every status in one call',
    async check({ queue }) {
      await queue.enqueue([news], [...dispatches(1, 5), dispatch(6, { messenger: '*', fanOut: 'x' })], t0);
      await claim(queue);
      await claim(queue, { messenger: '*' });
      const applied = await queue.settle(
        tokenOf(1),
        [
          { id: dispatchIdOf(1), status: 'sent' },
          { id: dispatchIdOf(2), status: 'error', dueAt: t0 + 1, error: hiccup },
          { id: dispatchIdOf(3), status: 'failed', error: refusal },
          { id: dispatchIdOf(4), status: 'skipped', reason: 'expired' },
          { id: dispatchIdOf(5), status: 'released', dueAt: t0 + 1 },
          { id: dispatchIdOf(6), status: 'expanded', dispatches: [dispatch(7)] },
        ],
        t0,
      );
      assert.deepEqual(sorted(applied.ids), idsOf(1, 2, 3, 4, 5, 6));
      assert.deepEqual(
        (await listed(queue)).map(({ status }) => status),
        ['sent', 'error', 'failed', 'skipped', 'pending', 'pending'],
      );
    },
  },
  {
    name: 'settles 1,000 results in one call',
    async check({ queue }) {
      const given = dispatches(1, 1_000);
      await queue.enqueue([news], given, t0);
      await claim(queue);
      const settlements = given.map((each): Settlement => ({ id: each.id, status: 'failed', error: refusal }));
      assert.equal((await queue.settle(tokenOf(1), settlements, t0)).ids.length, 1_000);
      assert.equal((await listed(queue, { status: 'failed' })).length, 1_000);
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
