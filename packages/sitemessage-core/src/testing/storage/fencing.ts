import assert from 'node:assert/strict';
import type { Settlement } from '../../storage/port.ts';
import {
  alert,
  claim,
  dispatch,
  dispatches,
  dispatchIdOf,
  hiccup,
  hour,
  idsOf,
  listed,
  listedIds,
  news,
  refusal,
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

/** Who may settle a claim, and until when. */
export const fencing: readonly Clause[] = [
  {
    name: 'refuses a result under another token',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      const before = await listed(queue);
      assert.deepEqual((await queue.settle(tokenOf(2), [sent], t0)).ids, []);
      assert.deepEqual(await listed(queue), before);
    },
  },
  {
    name: 'refuses a result of what was never claimed, or is not there',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      assert.deepEqual((await queue.settle(tokenOf(1), [sent, { id: dispatchIdOf(99), status: 'sent' }], t0)).ids, []);
      assert.equal((await queue.find(id))?.status, 'pending');
    },
  },
  {
    name: 'refuses a late result once somebody else has claimed the row, and takes theirs',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      await claim(queue, { token: tokenOf(2), now: t0 + hour });
      assert.deepEqual((await queue.settle(tokenOf(1), [{ id, status: 'failed', error: refusal }], t0 + hour)).ids, []);
      assert.deepEqual((await queue.find(id))?.errors, []);
      assert.deepEqual((await queue.settle(tokenOf(2), [sent], t0 + hour)).ids, [id]);
      assert.equal((await queue.find(id))?.status, 'sent');
    },
  },
  {
    name: 'takes a result after the end of the lease as long as nobody else has claimed the row',
    async check({ queue }) {
      await queue.enqueue([news], [dispatch(1)], t0);
      await claim(queue);
      assert.deepEqual((await queue.settle(tokenOf(1), [sent], t0 + hour)).ids, [id]);
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
        assert.deepEqual((await queue.settle(tokenOf(1), [settlement], t0 + 1)).ids, []);
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
      assert.deepEqual((await queue.settle(tokenOf(1), [sent], t0)).ids, []);
      await claim(queue, { token: tokenOf(2) });
      assert.deepEqual((await queue.settle(tokenOf(1), [sent], t0)).ids, []);
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
      assert.deepEqual(
        answers.flatMap(({ ids }) => ids),
        [id],
      );
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
      assert.deepEqual(sorted((await queue.settle(tokenOf(1), all, t0)).ids), idsOf(1, 2));
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
      assert.deepEqual((await queue.settle(tokenOf(1), [expanded], t0 + hour)).ids, []);
      assert.deepEqual(await listedIds(queue), [id]);
      assert.deepEqual((await queue.settle(tokenOf(2), [expanded], t0 + hour)).ids, [id]);
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
      assert.deepEqual((await queue.settle(tokenOf(1), [sent], t0)).ids, [id]);
    },
  },
];
