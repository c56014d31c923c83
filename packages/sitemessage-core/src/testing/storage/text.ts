import assert from 'node:assert/strict';
import type { DispatchFilter, QueueStore, Settlement } from '../../storage/port.ts';
import type { MessageRecord, NewDispatch } from '../../storage/records.ts';
import { fakeRuntime } from '../fake-runtime.ts';
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

/** What a database makes of those that it cannot keep, when nobody looks. */
const spoilt: readonly string[] = [
  ...new Set(illFormed.flatMap((text) => [text.toWellFormed().replace(/\0.*$/s, ''), text.toWellFormed().replaceAll('\0', '')])),
];

/** What is no text to whoever takes it for SQL, or for a pattern. */
const misleading: readonly string[] = [
  '%',
  '_',
  '*',
  'null',
  '1 or 1',
  "' or 1=1 --",
  "'; update dispatches set status = 'sent'; --",
  '\\',
];

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
    name: 'an address that comes from an iterable',
    store(queue, text, n) {
      const of = message(n);
      const items = async function* () {
        yield dispatch(1_000 + n, {}, of);
        yield dispatch(n, { address: text }, of);
      };
      return queue.enqueue([of], items(), t0);
    },
    read: async (queue, _text, n) => (await queue.find(dispatchIdOf(n)))?.address,
  },
  {
    name: 'an address that a row expands to',
    async prepare(queue, _text, n) {
      await enqueue(queue, n, { fanOut: '[]' });
      await claim(queue);
    },
    store: (queue, text, n) => {
      const expanded = [dispatch(1_000 + n, {}, message(n)), dispatch(2_000 + n, { address: text }, message(n))];
      return queue.settle(tokenOf(1), [{ id: dispatchIdOf(n), status: 'expanded', dispatches: expanded }], t0);
    },
    read: async (queue, _text, n) => (await queue.find(dispatchIdOf(2_000 + n)))?.address,
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

/** All that can be asked for by a text. What comes of each is a list, a number or nothing. */
const questions = (queue: QueueStore, text: string, others: readonly string[]): (() => Promise<unknown>)[] => {
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
    () => queue.settle(text, [{ id: dispatchIdOf(1), status: 'sent' }], t0),
    () => queue.settle(tokenOf(1), [{ id: text, status: 'sent' }], t0),
  ];
};

/** 10,000 characters by chance: a text that repeats itself would be compressed, and fit into any index. */
const longText = (seed: number): string => {
  const { random } = fakeRuntime({ seed });
  return Array.from({ length: 10_000 }, () => String.fromCharCode(0x4e00 + Math.floor(random() * 0x5000))).join('');
};

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
    name: "keeps addresses, recipients' ids and pacing keys of 10,000 characters, and finds by them",
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
        assert.ok(record?.address === text && record.recipientId === text, 'it comes back as another text');
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
  {
    name: 'matches nothing by a text that no row has, whatever it looks like, or refuses it',
    async check({ queue }) {
      await queue.enqueue([message(1)], [dispatch(1)], t0);
      await claim(queue);
      const rows = spoilt.map((text, index) => ({
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
          claims.map(({ id }) => ({ id, status: 'failed', error: hiccup })),
          t0,
        );
      }
      await stored('open', 200);
      const before = await listed(queue);
      for (const text of [...misleading, ...illFormed]) {
        for (const [index, ask] of questions(queue, text, spoilt).entries()) {
          const answer = await ask().catch(() => undefined);
          const matched = Array.isArray(answer) ? answer.length : (answer ?? 0);
          assert.equal(matched, 0, `${JSON.stringify(text)} matched something: question ${index}`);
        }
      }
      assert.deepEqual(await listed(queue), before);
    },
  },
  {
    name: 'paces a NUL and halves of pairs as keys of their own, or refuses them and charges nothing',
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
      for (const text of spoilt) assert.ok(await ask(text), `${JSON.stringify(text)} was charged for another key`);
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
