import assert from 'node:assert/strict';
import { errorKind } from '../../errors.ts';
import { readField } from '../../foreign.ts';
import type { QueueStore } from '../../storage/port.ts';
import type { MessageRecord, NewDispatch, NewMessage } from '../../storage/records.ts';
import { alert, claim, claimRequest, dispatch, hour, idsOf, listed, listedIds, message, news, pruneRequest, t0, tokenOf } from './data.ts';
import type { StorageTest } from './fixture.ts';

/** Returns the `n`th fingerprint. */
const fingerprintOf = (n: number): string => `00000000-0000-8000-b000-${n.toString(16).padStart(12, '0')}`;

/** Returns the message under the key `order-7`. */
const keyed = (record: MessageRecord, n = 1): NewMessage =>
  Object.freeze({ ...record, key: Object.freeze({ name: 'order-7', fingerprint: fingerprintOf(n) }) });

async function* streamOf(given: readonly NewDispatch[]): AsyncGenerator<NewDispatch> {
  yield* given;
}

/** Asserts that the call rejects with `key_conflict` and a message that matches. */
async function assertConflict(call: Promise<unknown>, named: RegExp): Promise<void> {
  await assert.rejects(call, (error) => {
    assert.equal(errorKind(error), 'permanent');
    assert.equal(readField(error, 'code'), 'key_conflict');
    assert.match(String(readField(error, 'message')), named);
    return true;
  });
}

/** Sends the first dispatch, then deletes it and its message. */
async function sendAndDelete(queue: QueueStore, now: number): Promise<void> {
  await claim(queue);
  await queue.settle(tokenOf(1), [{ id: dispatch(1).id, status: 'sent' }], t0);
  // A storage may need one call to delete the dispatch, and one for the empty message.
  for (let call = 0; call < 2; call++) await queue.prune(pruneRequest({ now }));
  assert.deepEqual(await listed(queue), []);
}

/** Tests of `enqueue` with keys, and of `prune` for keys. */
export const enqueueKeyTests: readonly StorageTest[] = [
  {
    name: 'stores a message under a key once, and never returns the key',
    async check({ queue }) {
      assert.deepEqual(await queue.enqueue([keyed(news)], [dispatch(1)], t0), [news.id]);
      assert.deepEqual(await queue.enqueue([keyed(news), alert], [dispatch(2), dispatch(3, {}, alert)], t0), [alert.id]);
      const { claims, messages } = await queue.claim(claimRequest());
      assert.deepEqual(
        claims.map(({ id }) => id),
        idsOf(1, 3),
      );
      assert.deepEqual(messages, [news, alert]);
    },
  },
  {
    name: 'refuses a key reused with another context, and stores nothing of the call',
    async check({ queue }) {
      await queue.enqueue([keyed(news)], [dispatch(1)], t0);
      const other = message(1, { context: '{"secret":"4711"}' });
      const given = [keyed(alert), keyed(other, 2)];
      await assertConflict(queue.enqueue(given, [dispatch(2), dispatch(3, {}, alert)], t0), /`key` is "order-7", .*"news"(?!.*4711)/);
      assert.deepEqual(await listedIds(queue), idsOf(1));
      // The other key of the failed call was not stored.
      assert.deepEqual(await queue.enqueue([keyed(alert, 3)], [dispatch(4, {}, alert)], t0), [alert.id]);
      assert.deepEqual(await listedIds(queue), idsOf(1, 4));
    },
  },
  {
    name: 'refuses a key reused with another type, and names both types',
    async check({ queue }) {
      await queue.enqueue([keyed(news)], [dispatch(1)], t0);
      const other = message(1, { type: 'alert' });
      await assertConflict(queue.enqueue([keyed(other, 2)], [dispatch(2, {}, other)], t0), /"news".*"alert"|"alert".*"news"/);
      assert.deepEqual(await listedIds(queue), idsOf(1));
    },
  },
  {
    name: 'refuses a key that one call uses for two messages',
    async check({ queue }) {
      const other = message(1, { context: '{"other":true}' });
      await assertConflict(queue.enqueue([keyed(news), keyed(other, 2)], [dispatch(1)], t0), /order-7/);
      assert.deepEqual(await queue.enqueue([keyed(other, 2)], [dispatch(1)], t0), [news.id]);
    },
  },
  {
    name: 'forgets the key of a call that fails',
    async check({ queue, stream }) {
      const { give, fail, enqueued } = stream([keyed(news)]);
      await give(dispatch(1));
      fail(new Error('The list of recipients is broken.'));
      await assert.rejects(enqueued, /broken/);
      assert.deepEqual(await queue.enqueue([keyed(news, 2)], [dispatch(2)], t0), [news.id]);
    },
  },
  {
    name: 'checks the keys of async iterables too',
    async check({ queue }) {
      assert.deepEqual(await queue.enqueue([keyed(news)], streamOf([dispatch(1)]), t0), [news.id]);
      assert.deepEqual(await queue.enqueue([keyed(news)], streamOf([dispatch(2)]), t0), []);
      await assertConflict(queue.enqueue([keyed(alert), keyed(news, 2)], streamOf([dispatch(3), dispatch(4, {}, alert)]), t0), /order-7/);
      assert.deepEqual(await queue.enqueue([keyed(alert, 3)], streamOf([dispatch(5, {}, alert)]), t0), [alert.id]);
      assert.deepEqual(await listedIds(queue), idsOf(1, 5));
    },
  },
  {
    name: 'gives a key to one of 10 concurrent calls, and refuses it for another message',
    async check({ queue }) {
      const calls = Array.from({ length: 10 }, (_, index) =>
        index % 2 === 0
          ? queue.enqueue([keyed(news, index % 4)], [dispatch(index)], t0)
          : queue.enqueue([keyed(news, index % 4)], streamOf([dispatch(index)]), t0),
      );
      const results = await Promise.allSettled(calls);
      const winner = results.findIndex((result) => result.status === 'fulfilled' && result.value.length > 0);
      assert.ok(winner >= 0, 'no call returned the new message id');
      for (const [index, result] of results.entries()) {
        if (index % 4 !== winner % 4) await assertConflict(calls[index] as Promise<unknown>, /order-7/);
        else assert.deepEqual(result, { status: 'fulfilled', value: index === winner ? [news.id] : [] });
      }
      assert.deepEqual(await listedIds(queue), idsOf(winner));
    },
  },
  {
    name: 'remembers a key after its message is deleted, until keysBefore',
    async check({ queue }) {
      await queue.enqueue([keyed(news)], [dispatch(1)], t0);
      await sendAndDelete(queue, t0 + hour);
      await queue.prune(pruneRequest({ keysBefore: t0 + hour }));
      assert.deepEqual(await queue.enqueue([keyed(news)], [dispatch(2)], t0 + hour), []);
      await assertConflict(queue.enqueue([keyed(news, 2)], [dispatch(2)], t0 + hour), /order-7/);
      await queue.prune(pruneRequest({ keysBefore: t0 + hour + 1 }));
      assert.deepEqual(await queue.enqueue([keyed(news, 2)], [dispatch(2)], t0 + hour), [news.id]);
      assert.deepEqual(await listedIds(queue), idsOf(2));
    },
  },
  {
    name: 'remembers a key as long as its message exists',
    async check({ queue }) {
      await queue.enqueue([keyed(news)], [dispatch(1, { dueAt: t0 + hour })], t0);
      await queue.prune(pruneRequest({ keysBefore: t0 + 9 * hour }));
      assert.deepEqual(await queue.enqueue([keyed(news)], [dispatch(2)], t0), []);
      await assertConflict(queue.enqueue([keyed(news, 2)], [dispatch(2)], t0), /order-7/);
    },
  },
  {
    name: 'deletes at most the limit of keys in one call',
    async check({ queue }) {
      const messages = Array.from({ length: 3 }, (_, index) => message(index + 1));
      const given = messages.map((record) => keyed(record));
      await queue.enqueue(given, [], t0);
      await queue.prune(pruneRequest({ now: t0 }));
      const counts: number[] = [];
      for (let call = 0; call < 2; call++) {
        await queue.prune(pruneRequest({ keysBefore: t0 + 1, limit: 2 }));
        const free: string[] = [];
        for (const each of given) free.push(...(await queue.enqueue([each], [], t0)));
        counts.push(free.length);
      }
      assert.deepEqual(counts, [2, 1]);
    },
  },
];
