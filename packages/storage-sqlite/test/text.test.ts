import type { MessageRecord, NewDispatch, QueueStore, Settlement } from '@sitemessage/core/storage';
import { beforeEach, describe, expect, it } from 'vitest';
import { sqliteStorage } from '../src/index.ts';
import { dispatch, idOf, news, request } from './rows.ts';

let queue: QueueStore;
beforeEach(async () => {
  const storage = sqliteStorage({ path: ':memory:' });
  await storage.migrate();
  queue = storage.queue;
});

const refused: readonly (readonly [what: string, text: string, says: string])[] = [
  ['the first half of a pair', 'caf\ud83d', 'half of a surrogate pair'],
  ['the second half of a pair', '\ude00 smile', 'half of a surrogate pair'],
  ['a NUL', 'ann\0@example.com', 'a NUL character'],
];

const error = { kind: 'transient', code: 'busy', message: 'Later' } as const;

/** The fields, each with a function that stores a text in it. */
const fields: readonly (readonly [field: string, store: (text: string) => Promise<unknown>])[] = [
  ...(['id', 'type', 'context', 'sender'] as const).map(
    (field) => [field, (text: string) => queue.enqueue([{ ...news, [field]: text } as MessageRecord], [], 0)] as const,
  ),
  ...(['id', 'messageId', 'messenger', 'type', 'address', 'recipientId', 'fanOut'] as const).map(
    (field) => [field, (text: string) => queue.enqueue([news], [dispatch(1), dispatch(2, { [field]: text })], 0)] as const,
  ),
  ...(['address', 'fanOut'] as const).map(
    (field) =>
      [
        field,
        (text: string) =>
          queue.enqueue(
            [news],
            (async function* (): AsyncGenerator<NewDispatch> {
              yield dispatch(1);
              yield dispatch(2, { [field]: text });
            })(),
            0,
          ),
      ] as const,
  ),
  ...(
    [
      ['providerId', (text) => ({ id: idOf(1), status: 'sent', providerId: text })],
      ['error.code', (text) => ({ id: idOf(1), status: 'failed', error: { ...error, code: text } })],
      ['error.message', (text) => ({ id: idOf(1), status: 'error', dueAt: 9, error: { ...error, message: text } })],
      ['address', (text) => ({ id: idOf(1), status: 'expanded', dispatches: [dispatch(3, { address: text })] })],
    ] as const satisfies readonly (readonly [string, (text: string) => Settlement])[]
  ).map(([field, settlement]) => [field, (text: string) => queue.settle(request.token, [settlement(text)], 2_000)] as const),
  ['key', (text) => queue.defer(text, 9)],
  ['key', (text) => queue.reserve([{ limits: [{ key: text, intervalMs: 1, burst: 1 }] }], 0, 0)],
];

describe.each(refused)('%s', (_what, text, says) => {
  it.each(fields)('is refused in %s, by the name of the field and without the text', async (field, store) => {
    await expect(store(text)).rejects.toMatchObject({
      kind: 'permanent',
      code: 'text_not_storable',
      message: expect.stringMatching(new RegExp(`^\`${field.replace('.', '\\.')}\` cannot be stored: it contains ${says}`)),
    });
    await expect(store(text)).rejects.not.toMatchObject({ message: expect.stringContaining(text) });
  });
});

it('is checked before anything is stored', async () => {
  await expect(queue.enqueue([news], [dispatch(1), dispatch(2, { address: '\0' })], 0)).rejects.toThrow('`address`');
  expect(await Array.fromAsync(queue.list({}))).toEqual([]);
  expect(await queue.enqueue([news], [dispatch(1)], 0)).toEqual([news.id]);
});

it('stores a NUL and half of a pair that JSON has escaped', async () => {
  const context = JSON.stringify({ text: 'a\0b\ud83d' });
  await queue.enqueue([{ ...news, context }], [dispatch(1)], 0);
  expect((await queue.claim(request)).messages[0]?.context).toBe(context);
});
