import assert from 'node:assert/strict';
import { fakeRuntime } from '../fake-runtime.ts';
import { claim, claimRequest, dispatch, dispatchIdOf, hour, listed, message, t0 } from './data.ts';
import type { StorageTest } from './fixture.ts';
import { enqueue, idPlaces, illFormed, keepOrRefuse, places, wellFormed } from './text-data.ts';

/** Returns 10,000 random characters. A repetitive text would compress well and fit into any index. */
const longText = (seed: number): string => {
  const { random } = fakeRuntime({ seed });
  return Array.from({ length: 10_000 }, () => String.fromCharCode(0x4e00 + Math.floor(random() * 0x5000))).join('');
};

/** Tests that every field returns its text unchanged. */
export const textTests: readonly StorageTest[] = [
  ...places.map(
    (place): StorageTest => ({
      name: `keeps well-formed text as ${place.name}`,
      async check({ queue }) {
        for (const [index, text] of wellFormed.entries()) {
          await place.prepare?.(queue, text, index + 1);
          await place.store(queue, text, index + 1);
          assert.equal(await place.read(queue, text, index + 1), text);
        }
      },
    }),
  ),
  ...places.map(
    (place): StorageTest => ({
      name: `keeps or refuses NUL and lone surrogates as ${place.name}`,
      async check({ queue }) {
        for (const [index, text] of illFormed.entries()) await keepOrRefuse(queue, place, text, index + 1);
      },
    }),
  ),
  ...idPlaces.map(
    (place): StorageTest => ({
      name: `keeps or refuses any text as ${place.name}`,
      async check({ queue }) {
        for (const [index, text] of [...wellFormed, ...illFormed].entries()) await keepOrRefuse(queue, place, text, index + 1);
      },
    }),
  ),
  {
    name: 'never rewrites the JSON of a context',
    async check({ queue }) {
      const context = '{ "b":1 ,"a":2,"a":3,\n "n":1.0e400,"m":-0.000,"k":12345678901234567890, "s":"\\u0000\\ud800\\/\\u00e9" }\n';
      await enqueue(queue, 1, {}, { context });
      assert.equal((await queue.claim(claimRequest())).messages[0]?.context, context);
    },
  },
  {
    name: 'keeps a context and a fanOut of a million characters',
    async check({ queue }) {
      const context = JSON.stringify({ text: 'é "x" '.repeat(2 ** 18) });
      const fanOut = JSON.stringify(Array.from({ length: 40_000 }, (_, index) => `user${index}@example.com`));
      await enqueue(queue, 1, { fanOut }, { context });
      const { claims, messages } = await queue.claim(claimRequest());
      assert.ok(messages[0]?.context === context, 'the context changed');
      assert.ok(claims[0]?.fanOut === fanOut, 'the fanOut changed');
    },
  },
  {
    name: 'keeps and finds addresses, recipient ids and limit keys of 10,000 characters',
    async check({ queue }) {
      const [first, second] = [longText(1), longText(2)].flatMap((text) => [`${text}1`, `${text}2`]) as [string, string];
      await queue.enqueue(
        [message(1)],
        [first, second].map((text, index) => dispatch(index + 1, { address: text, recipientId: text })),
        t0,
      );
      for (const [index, text] of [first, second].entries()) {
        const [record, ...more] = await listed(queue, { address: text });
        assert.deepEqual([record?.id, more.length], [dispatchIdOf(index + 1), 0]);
        assert.ok(record?.address === text && record.recipientId === text, 'the text changed');
        await queue.defer(`smtp ${text}`, t0 + hour + index);
      }
      assert.equal((await claim(queue)).length, 2);
      const limits = [first, second, `${second}3`].map((text) => ({ limits: [{ key: `smtp ${text}`, intervalMs: hour, burst: 1 }] }));
      assert.deepEqual(
        (await queue.reserve(limits, t0, t0)).map(({ at }) => at - t0),
        [hour, hour + 1, 0],
      );
    },
  },
];
