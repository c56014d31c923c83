import assert from 'node:assert/strict';
import type { DispatchFilter, QueueStore } from '../../storage/port.ts';
import { busyError, claim, dispatch, dispatchIdOf, hour, idsOf, listed, listedIds, message, t0, tokenOf } from './data.ts';
import type { StorageTest } from './fixture.ts';
import { illFormed, mangled, misleading } from './text-data.ts';

/** Returns every call that matches by this text. Each returns a list, a number or nothing. */
const queries = (queue: QueueStore, text: string, others: readonly string[]): (() => Promise<unknown>)[] => {
  const filters: readonly DispatchFilter[] = [{ address: text }, { messenger: text }, { type: text }, { messageId: text }, { ids: [text] }];
  return [
    ...filters.map((filter) => () => listed(queue, filter)),
    ...filters.map((filter) => () => queue.cancel(filter, t0)),
    ...filters.map((filter) => () => queue.requeue(filter, t0)),
    () => queue.counts({ messenger: text, since: 0 }),
    () => queue.counts({ type: text, since: 0 }),
    () => claim(queue, { messenger: text, types: others }),
    ...others.map((messenger) => () => claim(queue, { messenger, types: [text] })),
    () => queue.find(text),
    async () => (await queue.settle(text, [{ id: dispatchIdOf(1), status: 'sent' }], t0)).ids,
    async () => (await queue.settle(tokenOf(1), [{ id: text, status: 'sent' }], t0)).ids,
  ];
};

/** Tests that a text matches exactly the rows that have it. */
export const textMatchingTests: readonly StorageTest[] = [
  {
    name: 'matches nothing by a text that no row has, or refuses it',
    async check({ queue }) {
      await queue.enqueue([message(1)], [dispatch(1)], t0);
      await claim(queue);
      const rows = mangled.map((text, index) => ({
        text,
        failed: message(100 + index, { type: text }),
        open: message(200 + index, { type: text }),
      }));
      const stored = (part: 'failed' | 'open', start: number): Promise<unknown> =>
        queue.enqueue(
          rows.map((row) => row[part]),
          rows.map(({ text, [part]: of }, index) => dispatch(start + index, { address: text, messenger: text }, of)),
          t0,
        );
      await stored('failed', 100);
      for (const { text } of rows) {
        const token = tokenOf(2);
        const claims = await claim(queue, { token, messenger: text, types: [text] });
        await queue.settle(
          token,
          claims.map(({ id }) => ({ id, status: 'failed', error: busyError })),
          t0,
        );
      }
      await stored('open', 200);
      const before = await listed(queue);
      for (const text of [...misleading, ...illFormed]) {
        for (const [index, ask] of queries(queue, text, mangled).entries()) {
          const answer = await ask().catch(() => undefined);
          const matched = Array.isArray(answer) ? answer.length : (answer ?? 0);
          assert.equal(matched, 0, `${JSON.stringify(text)} matched a row, in query ${index}`);
        }
      }
      assert.deepEqual(await listed(queue), before);
    },
  },
  {
    name: 'treats invalid texts as separate limit keys, or refuses them and charges nothing',
    async check({ queue }) {
      const ask = async (...keys: readonly string[]): Promise<boolean> => {
        const [slot] = await queue.reserve([{ limits: keys.map((key) => ({ key, intervalMs: hour, burst: 1 })) }], t0, t0);
        return slot?.granted === true;
      };
      for (const [index, text] of illFormed.entries()) {
        const beside = `beside ${index}`;
        const kept = await ask(beside, text).catch(() => false);
        assert.equal(await ask(beside), !kept, `${JSON.stringify(text)} was ${kept ? 'granted and not charged' : 'refused, and charged'}`);
      }
      for (const text of mangled) assert.ok(await ask(text), `${JSON.stringify(text)} was charged for another key`);
    },
  },
  {
    name: 'distinguishes texts that look alike',
    async check({ queue }) {
      const alike = ['a', 'A', 'a ', ' a', 'a\n', 'é', 'e\u0301', '%', '_', '*', '', '1', '01', '1.0', "' or 1=1 --"];
      const of = message(1);
      await queue.enqueue(
        [of],
        alike.map((text, index) => dispatch(index + 1, { address: text, messenger: text }, of)),
        t0,
      );
      for (const [index, text] of alike.entries()) {
        assert.deepEqual(await listedIds(queue, { address: text }), idsOf(index + 1));
        assert.deepEqual(await listedIds(queue, { messenger: text }), idsOf(index + 1));
        assert.deepEqual(
          (await claim(queue, { messenger: text })).map(({ id }) => id),
          idsOf(index + 1),
        );
        await queue.defer(text, t0 + index + 1);
      }
      const keyed = alike.map((key) => ({ limits: [{ key, intervalMs: 0, burst: 1 }] }));
      assert.deepEqual(
        (await queue.reserve(keyed, t0, t0)).map(({ at }) => at - t0),
        alike.map((_, index) => index + 1),
      );
    },
  },
];
