import { describe, expect, it } from 'vitest';
import { defineMessageType, type Message, plain } from '../../src/index.ts';
import { mailAddresses, orderShipped, setUp } from './schedule-setup.ts';

describe('recipients', () => {
  async function* asynchronous() {
    yield 'ann@example.com';
    yield 'bob@example.org';
  }
  const many = ['ann@example.com', 'bob@example.org'];

  it.each([
    ['a scalar', 'ann@example.com', ['ann@example.com']],
    ['an array', many, many],
    ['an empty array', [], []],
    ['a set', new Set(many), many],
    ['a generator', many.values(), many],
    ['an async iterable', asynchronous(), many],
  ])('can be %s', async (_, given, wanted) => {
    const { site, addresses } = setUp();
    expect(await site.scheduleMessages('Hi', site.recipients('smtp', given))).toEqual([
      { id: expect.any(String), dispatches: wanted.length, isNew: wanted.length > 0 },
    ]);
    expect(await addresses()).toEqual(wanted);
  });

  it('are stored with the address that `getAddress` returned', async () => {
    const { site, addresses } = setUp();
    await site.scheduleMessages('Hi', site.recipients('smtp', 'Ann@Example.COM'));
    expect(await addresses()).toEqual(['ann@example.com']);
  });

  it('get one dispatch when they are named twice, also in another list', async () => {
    const { site, addresses } = setUp();
    const lists = [site.recipients('smtp', ['ann@example.com', 'ANN@example.com']), site.recipients('smtp', 'ann@example.com')];
    expect(await site.scheduleMessages('Hi', lists)).toMatchObject([{ dispatches: 1 }]);
    expect(await addresses()).toEqual(['ann@example.com']);
  });

  it('keep the id of the user who is named first', async () => {
    const { site, stored } = setUp();
    const named = [{ id: 7, mail: 'ann@example.com' }, 'ann@example.com', { id: 8, mail: 'ann@example.com' }];
    await site.scheduleMessages('Hi', site.recipients('smtp', named));
    expect(await stored()).toMatchObject([{ address: 'ann@example.com', recipientId: '7' }]);
  });

  it('can be of several messengers, and one address is then two recipients', async () => {
    const { site, stored } = setUp();
    const lists = [site.recipients('smtp', 'ann@example.com'), site.recipients('pager', ['ann@example.com', '7'])];
    expect(await site.scheduleMessages('Hi', lists)).toMatchObject([{ dispatches: 3 }]);
    expect((await stored()).map(({ messenger, address }) => `${messenger} ${address}`).sort()).toEqual([
      'pager 7',
      'pager ann@example.com',
      'smtp ann@example.com',
    ]);
  });

  it('can be user objects mixed with addresses, and the id of the user is kept', async () => {
    const { site, stored } = setUp();
    await site.scheduleMessages(
      'Hi',
      site.recipients('smtp', [{ id: 7, mail: 'Ann@example.com' }, 'bob@example.org', { mail: 'eve@example.org' }]),
    );
    expect((await stored()).map(({ address, recipientId }) => [address, recipientId]).sort()).toEqual([
      ['ann@example.com', '7'],
      ['bob@example.org', undefined],
      ['eve@example.org', undefined],
    ]);
  });
});

describe('messages', () => {
  it('can be texts and messages, each for every recipient', async () => {
    const { site, stored, events } = setUp();
    const [text, message, order] = await site.scheduleMessages(
      ['Hi', plain({ text: 'Hello' }), orderShipped({ id: 7 })],
      site.recipients('smtp', [...mailAddresses(2)]),
    );
    expect((await stored()).map(({ messageId, type, priority }) => ({ messageId, type, priority }))).toEqual(
      expect.arrayContaining([
        { messageId: text?.id, type: 'plain', priority: 0 },
        { messageId: message?.id, type: 'plain', priority: 0 },
        { messageId: order?.id, type: 'order_shipped', priority: 5 },
      ]),
    );
    expect(await stored()).toHaveLength(6);
    expect(events).toEqual([
      {
        type: 'scheduled',
        messages: [
          { id: text?.id, type: 'plain', dispatches: 2, isNew: true },
          { id: message?.id, type: 'plain', dispatches: 2, isNew: true },
          { id: order?.id, type: 'order_shipped', dispatches: 2, isNew: true },
        ],
      },
    ]);
  });

  it('can be an empty list, which stores nothing and still refuses a wrong recipient', async () => {
    const { site, stored } = setUp();
    expect(await site.scheduleMessages([], site.recipients('smtp', mailAddresses(3)))).toEqual([]);
    await expect(site.scheduleMessages([], site.recipients('smtp', 'nobody'))).rejects.toThrow('Recipient 1');
    expect(await stored()).toEqual([]);
  });
});

describe('options', () => {
  it('set the due time, the priority, the expiry and the sender', async () => {
    const { site, storage, stored, runtime } = setUp();
    const now = runtime.now();
    const options = { dueAt: now + 1_000, expiresAt: now + 2_000, priority: -7, sender: 'shop' };
    const [scheduled] = await site.scheduleMessages(orderShipped({ id: 7 }), site.recipients('smtp', 'ann@example.com'), options);
    expect(await stored()).toMatchObject([{ dueAt: now + 1_000, priority: -7, status: 'pending', attempt: 0, changedAt: now }]);
    const { messages } = await storage.queue.claim({
      token: 't',
      now: now + 1_000,
      leaseUntil: now + 9_000,
      limit: 1,
      messenger: 'smtp',
      types: ['order_shipped'],
    });
    expect(messages).toEqual([
      { id: scheduled?.id, type: 'order_shipped', context: '{"id":7}', sender: 'shop', createdAt: now, expiresAt: now + 2_000 },
    ]);
  });

  it("default to the type's priority, due now, no expiry and no sender", async () => {
    const { site, storage, stored, runtime } = setUp();
    const now = runtime.now();
    await site.scheduleMessages(orderShipped({ id: 7 }), site.recipients('smtp', 'ann@example.com'));
    expect(await stored()).toMatchObject([{ dueAt: now, priority: 5 }]);
    const request = { token: 't', now, leaseUntil: now + 1, limit: 1, messenger: 'smtp', types: ['order_shipped'] };
    const [message] = (await storage.queue.claim(request)).messages;
    expect(Object.keys(message ?? {}).sort()).toEqual(['context', 'createdAt', 'id', 'type']);
  });
});

describe('a key', () => {
  type Site = ReturnType<typeof setUp>['site'];
  const list = (site: Site) => site.recipients('smtp', [...mailAddresses(3)]);

  it('makes a call safe to repeat, even for other recipients and with other options', async () => {
    const { site, stored, events } = setUp();
    const first = await site.scheduleMessages('Hi', list(site), { key: 'order-7' });
    expect(first).toMatchObject([{ dispatches: 3, isNew: true }]);
    const again = await site.scheduleMessages('Hi', site.recipients('pager', '1'), { key: 'order-7', priority: 9 });
    expect(again).toEqual([{ id: first[0]?.id, dispatches: 0, isNew: false }]);
    expect(await stored()).toHaveLength(3);
    expect(events.at(-1)).toEqual({ type: 'scheduled', messages: [{ ...again[0], type: 'plain' }] });
  });

  it.each<[what: string, schedule: (site: Site, message: Message | string) => Promise<unknown>]>([
    ['a list', (site, message) => site.scheduleMessages(message, list(site), { key: 'order-7' })],
    ['a long list', (site, message) => site.scheduleMessages(message, site.recipients('smtp', mailAddresses(10_001)), { key: 'order-7' })],
    ['a prepared message', async (site, message) => (await site.prepare(message, list(site), { key: 'order-7' })).save()],
  ])('refuses another type or context for %s, names both types, and stores nothing', async (_, schedule) => {
    const { site, stored } = setUp();
    await site.scheduleMessages(orderShipped({ id: 7 }), list(site), { key: 'order-7' });
    const before = await stored();
    const attempts = [schedule(site, orderShipped({ id: 4_711 })), schedule(site, 'Hi')];
    const errors = (await Promise.allSettled(attempts)).map((result) => result.status === 'rejected' && result.reason);
    expect(errors).toEqual([
      expect.objectContaining({
        kind: 'permanent',
        code: 'key_conflict',
        message: expect.stringContaining('for a "order_shipped" message'),
      }),
      expect.objectContaining({ kind: 'permanent', code: 'key_conflict', message: expect.stringContaining('this one is of type "plain"') }),
    ]);
    for (const { message } of errors) expect(message).toMatch(/^`key` is "order-7", (?!.*4711)/);
    expect(await stored()).toEqual(before);
  });

  it('accepts the same context with its fields in another order', async () => {
    const { site } = setUp();
    const type = defineMessageType<{ a: unknown; b: readonly object[] }>({
      alias: 'note',
      title: 'Note',
      render: { default: () => ({ text: 'x' }) },
    });
    site.registerMessageTypes(type);
    const schedule = (context: Parameters<typeof type>[0]) => site.scheduleMessages(type(context), list(site), { key: 'note-7' });
    await schedule({ a: { x: 1, y: [1, 2] }, b: [{ p: 1, q: 2 }] });
    expect(await schedule({ b: [{ q: 2, p: 1 }], a: { y: [1, 2], x: 1 } })).toMatchObject([{ isNew: false }]);
    await expect(schedule({ a: { x: 1, y: [2, 1] }, b: [{ p: 1, q: 2 }] })).rejects.toMatchObject({ code: 'key_conflict' });
  });

  it('covers each message of the call by its position', async () => {
    const { site, stored } = setUp();
    const first = await site.scheduleMessages(['One', 'Two'], list(site), { key: 'order-7' });
    expect(new Set(first.map(({ id }) => id)).size).toBe(2);
    expect(await site.scheduleMessages(['One', 'Two', 'Three'], list(site), { key: 'order-7' })).toMatchObject([
      { id: first[0]?.id, dispatches: 0, isNew: false },
      { id: first[1]?.id, dispatches: 0, isNew: false },
      { dispatches: 3, isNew: true },
    ]);
    expect(await stored()).toHaveLength(9);
  });

  it('does not affect calls with another key, or without one', async () => {
    const { site, stored } = setUp();
    for (const options of [{ key: 'a' }, { key: 'b' }, {}, {}]) await site.scheduleMessages('Hi', list(site), options);
    expect(await stored()).toHaveLength(12);
  });

  it('lets one of two simultaneous calls store', async () => {
    const { site, stored } = setUp();
    const both = await Promise.all([1, 2].map(() => site.scheduleMessages('Hi', list(site), { key: 'order-7' })));
    expect(both.map(([scheduled]) => scheduled?.dispatches).sort()).toEqual([0, 3]);
    expect(await stored()).toHaveLength(3);
  });

  it('is not used up by a call without recipients', async () => {
    const { site } = setUp();
    expect(await site.scheduleMessages('Hi', site.recipients('smtp', []), { key: 'order-7' })).toMatchObject([{ dispatches: 0 }]);
    expect(await site.scheduleMessages('Hi', list(site), { key: 'order-7' })).toMatchObject([{ dispatches: 3 }]);
  });

  it('is not used up by a refused call', async () => {
    const { site } = setUp();
    await expect(site.scheduleMessages('Hi', site.recipients('smtp', ['nobody']), { key: 'order-7' })).rejects.toThrow();
    expect(await site.scheduleMessages('Hi', list(site), { key: 'order-7' })).toMatchObject([{ dispatches: 3 }]);
  });

  it('covers a long list too', async () => {
    const { site, stored } = setUp();
    const long = () => site.recipients('smtp', mailAddresses(10_001));
    expect(await site.scheduleMessages('Hi', long(), { key: 'news-7' })).toMatchObject([{ dispatches: 10_001 }]);
    const before = await stored();
    expect(await site.scheduleMessages('Hi', long(), { key: 'news-7' })).toMatchObject([{ dispatches: 0 }]);
    expect(await stored()).toEqual(before);
  });
});
