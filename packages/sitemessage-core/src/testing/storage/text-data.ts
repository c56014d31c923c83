import assert from 'node:assert/strict';
import type { QueueStore, Settlement } from '../../storage/port.ts';
import type { MessageRecord, NewDispatch } from '../../storage/records.ts';
import { busyError, claim, claimRequest, dispatch, dispatchIdOf, hour, listed, message, t0, tokenOf } from './data.ts';

/** Well-formed Unicode texts without NUL. A storage keeps them unchanged in every field. */
export const wellFormed: readonly string[] = [
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

/** Texts that some databases cannot keep: NUL and lone surrogates. */
export const illFormed: readonly string[] = ['before\0after', '\0', 'half \ud83d of a pair', '\udc00\ud800'];

/** The texts that a database turns the invalid ones into when it does not refuse them. */
export const mangled: readonly string[] = [
  ...new Set(illFormed.flatMap((text) => [text.toWellFormed().replace(/\0.*$/s, ''), text.toWellFormed().replaceAll('\0', '')])),
];

/** Texts that look like SQL or a pattern. */
export const misleading: readonly string[] = [
  '%',
  '_',
  '*',
  'null',
  '1 or 1',
  "' or 1=1 --",
  "'; update dispatches set status = 'sent'; --",
  '\\',
];

/** A field that stores a text. `n` is the number of the row. */
export interface Place {
  readonly name: string;
  /** Stores the rows that the field needs. */
  prepare?(queue: QueueStore, text: string, n: number): Promise<void>;
  store(queue: QueueStore, text: string, n: number): Promise<unknown>;
  read(queue: QueueStore, text: string, n: number): Promise<string | undefined>;
}

export const enqueue = (
  queue: QueueStore,
  n: number,
  fields: Partial<NewDispatch>,
  ofMessage: Partial<MessageRecord> = {},
): Promise<unknown> => {
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

export const places: readonly Place[] = [
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
    name: 'an address from an async iterable',
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
    name: 'an expanded address',
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
    name: 'the fanOut of a row',
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
    (id, code) => ({ id, status: 'failed', error: { ...busyError, code } }),
    async (queue, _text, n) => (await queue.find(dispatchIdOf(n)))?.errors[0]?.code,
  ),
  settled(
    "an error's message",
    (id, text) => ({ id, status: 'error', dueAt: t0 + hour, error: { ...busyError, message: text } }),
    async (queue, _text, n) => (await queue.find(dispatchIdOf(n)))?.errors[0]?.message,
  ),
  {
    name: 'a limit key',
    store: (queue, text) => queue.defer(text, t0 + hour),
    read: async (queue, key) => {
      const [slot] = await queue.reserve([{ limits: [{ key, intervalMs: 0, burst: 1 }] }], t0, t0);
      return slot?.at === t0 + hour ? key : undefined;
    },
  },
];

/** The ids. Core makes them as UUIDs, so a storage may refuse any other text. */
export const idPlaces: readonly Place[] = [
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

/** Asserts that the text is kept unchanged, or refused without storing anything. */
export async function keepOrRefuse(queue: QueueStore, { prepare, store, read }: Place, text: string, n: number): Promise<void> {
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
