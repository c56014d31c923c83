import assert from 'node:assert/strict';
import type { QueueStore, Settlement } from '../../storage/port.ts';
import type { MessageRecord, NewDispatch } from '../../storage/records.ts';
import { claim, claimRequest, dispatch, dispatchIdOf, hiccup, hour, idsOf, listed, listedIds, message, t0, tokenOf } from './data.ts';
import type { Clause } from './trial.ts';

/** What Unicode calls well-formed, without a NUL: kept as it is, everywhere. */
const wellFormed: readonly string[] = [
  '',
  ' ',
  "Robert'); drop table dispatches; --",
  '"quoted" \'twice\' `thrice` \\ \\\\ \\n $1 ? :name @name %s {0}',
  'null',
  '0x00',
  '007',
  'lines\nand\r\nmore\tlines ',
  '\u0001\u001b\u007f\u0085\u00a0\u200b\u2028\ufeff\ufffd\uffff',
  '世界 שלום 👩‍👩‍👧 🇦🇶 e\u0301 é',
  `${'long '.repeat(100)}end`,
];

/** Not every database can keep them. */
const illFormed: readonly string[] = ['before\0after', '\0', 'half \ud83d of a pair', '\udc00\ud800'];

/** Places that a text is stored in. `n` numbers the rows. */
interface Place {
  readonly name: string;
  /** What must be there before. */
  prepare?(queue: QueueStore, text: string, n: number): Promise<void>;
  store(queue: QueueStore, text: string, n: number): Promise<unknown>;
  read(queue: QueueStore, text: string, n: number): Promise<string | undefined>;
}

const enqueue = (queue: QueueStore, n: number, fields: Partial<NewDispatch>, ofMessage: Partial<MessageRecord> = {}): Promise<unknown> => {
  const of = message(n, ofMessage);
  return queue.enqueue([of], [dispatch(n, fields, of)], t0);
};

const settled = (name: string, result: (id: string, text: string) => Settlement, read: Place['read']): Place => ({
  name,
  async prepare(queue, _text, n) {
    await enqueue(queue, n, {});
    await claim(queue);
  },
  store: (queue, text, n) => queue.settle(tokenOf(1), [result(dispatchIdOf(n), text)], t0),
  read,
});

const places: readonly Place[] = [
  {
    name: "a message's context",
    store: (queue, text, n) => enqueue(queue, n, {}, { context: text }),
    read: async (queue) => (await queue.claim(claimRequest())).messages[0]?.context,
  },
  {
    name: "a message's sender",
    store: (queue, text, n) => enqueue(queue, n, {}, { sender: text }),
    read: async (queue) => (await queue.claim(claimRequest())).messages[0]?.sender,
  },
  {
    name: 'a type',
    store: (queue, text, n) => enqueue(queue, n, {}, { type: text }),
    read: async (queue, text) => {
      const [record] = await listed(queue, { type: text });
      const { messages } = await queue.claim(claimRequest({ types: [text] }));
      return messages[0]?.type === record?.type ? record?.type : undefined;
    },
  },
  {
    name: "a messenger's alias",
    store: (queue, text, n) => enqueue(queue, n, { messenger: text }),
    read: async (queue, text) => {
      const [claimed] = await claim(queue, { messenger: text });
      const [record] = await listed(queue, { messenger: text });
      return record?.id === claimed?.id ? record?.messenger : undefined;
    },
  },
  {
    name: 'an address',
    store: (queue, text, n) => enqueue(queue, n, { address: text }),
    read: async (queue, text) => {
      const [claimed] = await claim(queue);
      const [record] = await listed(queue, { address: text });
      return record?.address === claimed?.address ? record?.address : undefined;
    },
  },
  {
    name: "a recipient's id",
    store: (queue, text, n) => enqueue(queue, n, { recipientId: text }),
    read: async (queue, _text, n) => {
      const [claimed] = await claim(queue);
      const record = await queue.find(dispatchIdOf(n));
      return record?.recipientId === claimed?.recipientId ? record?.recipientId : undefined;
    },
  },
  {
    name: 'what a row expands from',
    store: (queue, text, n) => enqueue(queue, n, { fanOut: text }),
    read: async (queue) => (await claim(queue))[0]?.fanOut,
  },
  settled(
    "a provider's id",
    (id, providerId) => ({ id, status: 'sent', providerId }),
    async (queue, _text, n) => (await queue.find(dispatchIdOf(n)))?.providerId,
  ),
  settled(
    "an error's code",
    (id, code) => ({ id, status: 'failed', error: { ...hiccup, code } }),
    async (queue, _text, n) => (await queue.find(dispatchIdOf(n)))?.errors[0]?.code,
  ),
  settled(
    "an error's message",
    (id, text) => ({ id, status: 'error', dueAt: t0 + hour, error: { ...hiccup, message: text } }),
    async (queue, _text, n) => (await queue.find(dispatchIdOf(n)))?.errors[0]?.message,
  ),
  {
    name: 'a pacing key',
    store: (queue, text) => queue.defer(text, t0 + hour),
    read: async (queue, key) => {
      const [slot] = await queue.reserve([{ limits: [{ key, intervalMs: 0, burst: 1 }] }], t0, t0);
      return slot?.at === t0 + hour ? key : undefined;
    },
  },
];

/** Core makes them, and a storage may know how: any other text is kept or refused. */
const idPlaces: readonly Place[] = [
  {
    name: "a dispatch's id",
    store: (queue, text, n) => enqueue(queue, n, { id: text }),
    read: async (queue, text) => (await queue.find(text))?.id,
  },
  {
    name: "a message's id",
    store: (queue, text, n) => enqueue(queue, n, {}, { id: text }),
    read: async (queue, _text, n) => (await queue.find(dispatchIdOf(n)))?.messageId,
  },
];

/** Keeps it as it is, or refuses it and leaves everything as it was. */
async function keepOrRefuse(queue: QueueStore, { prepare, store, read }: Place, text: string, n: number): Promise<void> {
  await prepare?.(queue, text, n);
  const before = await listed(queue);
  try {
    await store(queue, text, n);
  } catch {
    assert.deepEqual(await listed(queue), before, `${JSON.stringify(text)} was refused, and something was stored`);
    return;
  }
  assert.equal(await read(queue, text, n), text);
}

/** That text comes out of a storage as it went in. */
export const texts: readonly Clause[] = [
  ...places.map(
    (place): Clause => ({
      name: `keeps any well-formed text as ${place.name}`,
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
    (place): Clause => ({
      name: `keeps a NUL and halves of pairs as ${place.name}, or refuses them and stores nothing`,
      async check({ queue }) {
        for (const [index, text] of illFormed.entries()) await keepOrRefuse(queue, place, text, index + 1);
      },
    }),
  ),
  ...idPlaces.map(
    (place): Clause => ({
      name: `keeps whatever it is given as ${place.name}, or refuses it and stores nothing`,
      async check({ queue }) {
        for (const [index, text] of [...wellFormed, ...illFormed].entries()) await keepOrRefuse(queue, place, text, index + 1);
      },
    }),
  ),
  {
    name: 'never looks into a context: white space, order, repeated keys, long numbers and escapes stay as they are',
    async check({ queue }) {
      const context = '{ "b":1 ,"a":2,"a":3,\n "n":1.0e400,"m":-0.000,"k":12345678901234567890, "s":"\\u0000\\ud800\\/\\u00e9" }\n';
      await enqueue(queue, 1, {}, { context });
      assert.equal((await queue.claim(claimRequest())).messages[0]?.context, context);
    },
  },
  {
    name: 'keeps a context and a fan-out row of a million characters',
    async check({ queue }) {
      const context = JSON.stringify({ text: 'é "x" '.repeat(2 ** 18) });
      const fanOut = JSON.stringify(Array.from({ length: 40_000 }, (_, index) => `user${index}@example.com`));
      await enqueue(queue, 1, { fanOut }, { context });
      const { claims, messages } = await queue.claim(claimRequest());
      assert.ok(messages[0]?.context === context, 'the context is another one');
      assert.ok(claims[0]?.fanOut === fanOut, 'what it expands from is another text');
    },
  },
  {
    name: 'tells texts apart that only look alike',
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
