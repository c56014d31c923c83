import assert from 'node:assert/strict';
import type { Settlement } from '../../storage/port.ts';
import type { SkipReason } from '../../storage/records.ts';
import {
  alert,
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
  unreadable,
} from './data.ts';
import type { Clause } from './trial.ts';

const id = dispatchIdOf(1);
const sent: Settlement = { id, status: 'sent' };
const fanOutRow = dispatch(1, { messenger: '*', address: '', fanOut: 'three of them' });
const expanded: Settlement = { id, status: 'expanded', dispatches: dispatches(11, 13) };

/** What `settle` makes of a claim. */
export const outcomes: readonly Clause[] = [
  {
    name: 'makes it sent, with the id that the provider gave and without one',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 2), t0);
      await claim(queue);
      await queue.settle(tokenOf(1), [sent, { id: dispatchIdOf(2), status: 'sent', providerId: 'provider-2' }], t0 + 5);
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
    name: 'replaces a fan-out row by its dispatches',
    async check({ queue }) {
      await queue.enqueue([news], [fanOutRow], t0);
      await claim(queue, { messenger: '*' });
      const row = dispatch(11, { recipientId: 'user-11', priority: 3, dueAt: t0 + 7 });
      assert.deepEqual(await queue.settle(tokenOf(1), [{ id, status: 'expanded', dispatches: [row, dispatch(12)] }], t0 + 5), [id]);
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
    name: 'keeps an expanded dispatch once that is given twice or is stored already',
    async check({ queue }) {
      await queue.enqueue([news], [fanOutRow, dispatch(11), dispatch(12)], t0);
      await claim(queue, { limit: 1 });
      await queue.settle(tokenOf(1), [{ id: dispatchIdOf(11), status: 'sent' }], t0);
      await claim(queue, { messenger: '*', token: tokenOf(2) });
      const repeated = [dispatch(11), dispatch(12), dispatch(13), dispatch(13)];
      await queue.settle(tokenOf(2), [{ id, status: 'expanded', dispatches: repeated }], t0);
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
    name: 'takes away a fan-out row that expands into nothing',
    async check({ queue }) {
      await queue.enqueue([news], [fanOutRow], t0);
      await claim(queue, { messenger: '*' });
      assert.deepEqual(await queue.settle(tokenOf(1), [{ id, status: 'expanded', dispatches: [] }], t0), [id]);
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
      assert.deepEqual(sorted(applied), idsOf(1, 2, 3, 4, 5, 6));
      assert.deepEqual(
        (await listed(queue)).map(({ status }) => status),
        ['sent', 'error', 'failed', 'skipped', 'pending', 'pending'],
      );
    },
  },
];

/** Who may settle a claim, and until when. */
export const fencing: readonly Clause[] = [
  {
    name: 'refuses a result under another token',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      const before = await listed(queue);
      assert.deepEqual(await queue.settle(tokenOf(2), [sent], t0), []);
      assert.deepEqual(await listed(queue), before);
    },
  },
  {
    name: 'refuses a result of what was never claimed, or is not there',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      assert.deepEqual(await queue.settle(tokenOf(1), [sent, { id: dispatchIdOf(99), status: 'sent' }], t0), []);
      assert.equal((await queue.find(id))?.status, 'pending');
    },
  },
  {
    name: 'refuses a late result once somebody else has claimed the row, and takes theirs',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      await claim(queue, { token: tokenOf(2), now: t0 + hour });
      assert.deepEqual(await queue.settle(tokenOf(1), [{ id, status: 'failed', error: refusal }], t0 + hour), []);
      assert.deepEqual((await queue.find(id))?.errors, []);
      assert.deepEqual(await queue.settle(tokenOf(2), [sent], t0 + hour), [id]);
      assert.equal((await queue.find(id))?.status, 'sent');
    },
  },
  {
    name: 'takes a result after the end of the lease as long as nobody else has claimed the row',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      assert.deepEqual(await queue.settle(tokenOf(1), [sent], t0 + hour), [id]);
      assert.equal((await queue.find(id))?.status, 'sent');
    },
  },
  {
    name: 'takes one result of a claim, whatever the second one says',
    async check({ queue }) {
      const seconds: readonly Settlement[] = [
        sent,
        { id, status: 'error', dueAt: t0, error: hiccup },
        { id, status: 'released', dueAt: t0 },
        { id, status: 'expanded', dispatches: [dispatch(50)] },
      ];
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      await queue.settle(tokenOf(1), [{ id, status: 'failed', error: refusal }], t0);
      const before = await queue.find(id);
      for (const settlement of seconds) {
        assert.deepEqual(await queue.settle(tokenOf(1), [settlement], t0 + 1), []);
        assert.deepEqual(await queue.find(id), before);
      }
      assert.equal((await listed(queue)).length, 1);
    },
  },
  {
    name: 'refuses a result of a claim that was given back, also when it is claimed again',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      await queue.settle(tokenOf(1), [{ id, status: 'released', dueAt: t0 }], t0);
      assert.deepEqual(await queue.settle(tokenOf(1), [sent], t0), []);
      await claim(queue, { token: tokenOf(2) });
      assert.deepEqual(await queue.settle(tokenOf(1), [sent], t0), []);
      assert.equal((await queue.find(id))?.status, 'processing');
    },
  },
  {
    name: 'takes one of many results of a claim that come at the same time',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      const settlement: Settlement = { id, status: 'failed', error: refusal };
      const answers = await Promise.all(Array.from({ length: 10 }, () => queue.settle(tokenOf(1), [settlement], t0)));
      assert.deepEqual(answers.flat(), [id]);
      assert.equal((await queue.find(id))?.errors.length, 1);
    },
  },
  {
    name: 'returns the ids of those that were taken, and of no others',
    async check({ queue }) {
      await queue.enqueue([news], dispatches(1, 4), t0);
      await claim(queue, { limit: 2 });
      await claim(queue, { limit: 1, token: tokenOf(2) });
      const all = idsOf(1, 2, 3, 4, 5).map((each): Settlement => ({ id: each, status: 'sent' }));
      assert.deepEqual(sorted(await queue.settle(tokenOf(1), all, t0)), idsOf(1, 2));
      assert.deepEqual(
        (await listed(queue)).map(({ status }) => status),
        ['sent', 'sent', 'processing', 'pending'],
      );
    },
  },
  {
    name: 'stores what a fan-out row expands into only if the row was taken',
    async check({ queue }) {
      await queue.enqueue([news], [fanOutRow], t0);
      await claim(queue, { messenger: '*' });
      await claim(queue, { messenger: '*', token: tokenOf(2), now: t0 + hour });
      assert.deepEqual(await queue.settle(tokenOf(1), [expanded], t0 + hour), []);
      assert.deepEqual(await listedIds(queue), [id]);
      assert.deepEqual(await queue.settle(tokenOf(2), [expanded], t0 + hour), [id]);
      assert.deepEqual(await listedIds(queue), idsOf(11, 12, 13));
    },
  },
  {
    name: 'takes no result at all when one of them is broken',
    async check({ queue }) {
      await queue.enqueue([news, alert], dispatches(1, 3), t0);
      await claim(queue);
      const before = await listed(queue);
      const broken: readonly Settlement[] = [
        { id: dispatchIdOf(3), status: 'failed', error: unreadable(refusal, 'message') },
        { id: dispatchIdOf(3), status: 'expanded', dispatches: [dispatch(11), unreadable(dispatch(12), 'address')] },
      ];
      for (const last of broken) {
        const first: Settlement = { id, status: 'error', dueAt: t0, error: hiccup };
        await assert.rejects(queue.settle(tokenOf(1), [first, { id: dispatchIdOf(2), status: 'sent' }, last], t0 + 1));
        assert.deepEqual(await listed(queue), before);
        assert.deepEqual((await queue.find(id))?.errors, []);
      }
      assert.deepEqual(await queue.settle(tokenOf(1), [sent], t0), [id]);
    },
  },
];
