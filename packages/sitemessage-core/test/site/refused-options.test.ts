import { describe, expect, it } from 'vitest';
import { createSitemessage, defineMessageType, defineMessenger, sendTestMessage } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';

const text = { default: () => ({ text: 'Hi' }) };
const pager = defineMessenger({
  alias: 'pager',
  package: 'pager',
  title: 'Pager',
  getAddress: (address: string) => address,
  create: (_: { readonly token?: string }) => ({ send: async () => undefined }),
});

describe('a site', () => {
  it.each<[what: string, options: object, problem: string]>([
    [
      'a storage that is none',
      { storage: {} },
      '`storage` of createSitemessage is not a storage: it has no enqueueIn, watch, clock, migrate, close, queue.enqueue, queue.claim,',
    ],
    [
      'a storage without an operation',
      { storage: { ...memoryStorage(), queue: { ...memoryStorage().queue, prune: 1 } } },
      'it has no queue.prune.',
    ],
    [
      'a storage that is not there yet',
      { storage: Promise.resolve(memoryStorage()) },
      '`storage` of createSitemessage is a promise. Await it first.',
    ],
    ['messengers that are not there yet', { messengers: Promise.resolve([]) }, 'options by alias, not a promise. Await it first.'],
    [
      'a messenger that is not there yet',
      { messengers: [Promise.resolve(pager())] },
      '`messengers[0]` is a promise, not a messenger. Await it first.',
    ],
    [
      'message types that are not there yet',
      { messageTypes: Promise.resolve([]) },
      'a list of message types, not a promise. Await it first.',
    ],
    [
      'a message type that is not there yet',
      { messageTypes: [Promise.resolve({})] },
      '`messageTypes[0]` is a promise, not a message type. Await it first.',
    ],
    ['the factory of a storage', { storage: memoryStorage }, 'It is a function: call it'],
    ['messengers that are a text', { messengers: 'smtp' }, '`messengers` must be a list of messengers, or options by alias, not a string.'],
    ['messengers that are null', { messengers: null }, '`messengers` must be a list of messengers, or options by alias, not null.'],
    ['messengers that are a factory', { messengers: pager }, 'not a function. Call the factory'],
    [
      'a factory that was not called',
      { messengers: [scriptedMessenger().messenger, pager] },
      '`messengers[1]` is a function, not a messenger. Call its factory: `pager({ ... })`.',
    ],
    ['the name of a messenger', { messengers: ['telegram'] }, 'Call its factory: `telegram({ ... })`.'],
    [
      'options in a list',
      { messengers: [{ token: 'hunter2' }] },
      '`messengers[0]` is an object, not a messenger. Call its factory: `smtp({ ... })`.',
    ],
    ['nothing in a list', { messengers: [undefined] }, '`messengers[0]` is undefined, not a messenger.'],
    ['a messenger by hand that cannot work', { messengers: [{ ...pager(), concurrency: 0 }] }, '`concurrency` of the messenger "pager"'],
    ['message types that are no list', { messageTypes: {} }, '`messageTypes` must be a list'],
    [
      'a message type that is none',
      { messageTypes: [{}] },
      '`messageTypes[0]` is an object, not a message type. Make it with defineMessageType({ ... }).',
    ],
    [
      'a way to addresses that is no function',
      { addressOf: 'email' },
      '`addressOf` of createSitemessage must be a function, not a string.',
    ],
    ['a way to ids that is no function', { userId: 'id' }, '`userId` of createSitemessage must be a function, not a string.'],
    ['an option that there is not', { mesengers: [] }, '`mesengers` is not an option of createSitemessage. Options: storage, messengers,'],
    ['an option one letter off', { messengrs: [] }, 'runtime. Did you mean "messengers"?'],
    [
      'links that are no function',
      { links: { unsubscribe: 'https://example.com' } },
      '`links` of createSitemessage must be a function, not an object.',
    ],
  ])('is not made of %s, and says so', (_, options, problem) => {
    const create = () => createSitemessage({ storage: memoryStorage(), ...options } as never);
    expect(create).toThrow(expect.objectContaining({ kind: 'configuration' }));
    expect(create).toThrow(problem);
    expect(create).not.toThrow('hunter2');
  });

  it('registers no messenger that is none', () => {
    const site = createSitemessage({ storage: memoryStorage() });
    expect(() => site.registerMessengers(pager as never)).toThrow('Call its factory: `pager({ ... })`.');
    expect(() => site.registerMessageTypes({} as never)).toThrow('`messageTypes[0]` is an object');
    expect(site.getRegisteredMessengers()).toEqual({});
  });

  it.each<[what: string, use: (site: ReturnType<typeof createSitemessage>) => unknown]>([
    ['scheduleMessages', (site) => site.scheduleMessages('Hi', [], null as never)],
    ['prepare', (site) => site.prepare('Hi', [], null as never)],
    ['sendScheduledMessages', (site) => site.sendScheduledMessages(null as never)],
    ['startWorker', async (site) => site.startWorker(null as never)],
    ['checkUndelivered', (site) => site.checkUndelivered(null as never)],
    ['defineMessageType', async () => defineMessageType(null as never)],
  ])('says that the options of %s are null', async (_, use) => {
    const refused = Promise.resolve(use(createSitemessage({ storage: memoryStorage() })));
    await expect(refused).rejects.toMatchObject({ name: 'ArgumentError' });
    await expect(refused).rejects.toThrow('must be an object, not null');
  });

  it.each<[what: string, use: (site: ReturnType<typeof createSitemessage>, options: never) => unknown]>([
    ['scheduleMessages', (site, options) => site.scheduleMessages('Hi', [], options)],
    ['prepare', (site, options) => site.prepare('Hi', [], options)],
    ['sendScheduledMessages', (site, options) => site.sendScheduledMessages(options)],
    ['startWorker', async (site, options) => site.startWorker(options)],
    ['checkUndelivered', (site, options) => site.checkUndelivered(options)],
    ['cleanupSentMessages', (site, options) => site.cleanupSentMessages(Object.assign({ olderThan: 1 }, options))],
    ['defineMessageType', async (_, options) => defineMessageType(Object.assign({ alias: 'a', title: 'A', render: text }, options))],
  ])('refuses an option that %s does not have: it would do nothing', async (_, use) => {
    const refused = Promise.resolve(use(createSitemessage({ storage: memoryStorage() }), { due: 1 } as never));
    await expect(refused).rejects.toMatchObject({ name: 'ArgumentError' });
    await expect(refused).rejects.toThrow(/^`due` is not an option of .+\. Options: /);
  });

  it.each([
    ['priority', { priority: 'x' }],
    ['messengers', { messengers: 'smtp' }],
    ['signal', { signal: {} }],
  ])('sends nothing when it is told wrongly what to send: %s', async (option, options) => {
    const scripted = scriptedMessenger();
    const site = createSitemessage({ storage: memoryStorage(), messengers: [scripted.messenger] });
    await site.scheduleMessages('Hi', site.recipients('scripted', 'a'));
    const refused = site.sendScheduledMessages(options as never);
    await expect(refused).rejects.toMatchObject({ name: 'ArgumentError' });
    await expect(refused).rejects.toThrow(`\`${option}\``);
    expect(scripted.deliveries).toEqual([]);
  });
});

describe('a message type', () => {
  it.each<[what: string, options: object, problem: string]>([
    ['no render', { render: undefined }, '`render` of message type "news" must be an object of functions'],
    ['a render that is a function', { render: () => ({ text: 'Hi' }) }, '`render` of message type "news"'],
    ['a render by messenger that is none', { render: { smtp: 'Hi' } }, '`render.smtp` of message type "news" must be a function'],
    [
      'another way with unknown outcomes',
      { onUnknown: 'ignore' },
      '`onUnknown` of message type "news" must be resend, hold, not "ignore".',
    ],
    ['messengers that are a text', { messengers: 'smtp' }, '`messengers` of message type "news" must be a list of aliases'],
    ['messengers that are none', { messengers: [7] }, '`messengers` of message type "news"'],
    ['a context that is no schema', { context: { id: Number } }, '`context` of message type "news" is not a Standard Schema.'],
  ])('is not made of %s, and says so', (_, options, problem) => {
    const define = () => defineMessageType({ alias: 'news', title: 'News', render: text, ...options } as never);
    expect(define).toThrow(expect.objectContaining({ kind: 'configuration' }));
    expect(define).toThrow(problem);
  });
});

describe('a messenger', () => {
  it.each<[what: string, definition: object, problem: string]>([
    ['no alias', { alias: '' }, '`alias` of a messenger'],
    ['no addresses', { getAddress: undefined }, '`getAddress` of the messenger "pager" must be a function'],
    ['no way to make it', { create: 7 }, '`create` of the messenger "pager" must be a function'],
  ])('is not defined with %s', (_, definition, problem) => {
    const define = () => defineMessenger({ ...pager.definition, ...definition } as never);
    expect(define).toThrow(expect.objectContaining({ kind: 'configuration', code: 'option_invalid' }));
    expect(define).toThrow(problem);
  });

  it.each([[undefined], [{}], [{ send: 'https://example.com' }]])('is not made when there is nothing to send with: %j', (parts) => {
    const factory = defineMessenger({ ...pager.definition, create: () => parts as never });
    expect(() => factory()).toThrow('It must return `send`, or `open` when there is something to connect.');
  });

  it.each([[undefined], [7], [{}]])('that makes no text of an address refuses it: %j', async (address) => {
    const messenger = defineMessenger({ ...pager.definition, getAddress: () => address as never })();
    const site = createSitemessage({ storage: memoryStorage(), messengers: [messenger] });
    await expect(site.scheduleMessages('Hi', site.recipients('pager', 'a'))).rejects.toMatchObject({
      kind: 'address',
      message: expect.stringContaining('Recipient 1 of "pager": `getAddress` of "pager" returned'),
    });
    await expect(sendTestMessage(messenger, 'a')).rejects.toMatchObject({ kind: 'address' });
  });
});

describe('a user', () => {
  it.each([[null], [Number.NaN], [{ id: 7 }], ['x'.repeat(1_001)], ['a\0b']])(
    'is refused by its place when it has the id %j',
    async (id) => {
      const site = createSitemessage({
        storage: memoryStorage(),
        messengers: [pager()],
        addressOf: () => '7',
        userId: (user: { id: unknown }) => user.id as never,
      });
      const refused = site.scheduleMessages('Hi', site.recipients('pager', [{ id: 1 }, { id }]));
      await expect(refused).rejects.toMatchObject({ name: 'ArgumentError' });
      await expect(refused).rejects.toThrow('Recipient 2 of "pager": `userId` returned');
      expect(await site.counts()).toEqual([]);
    },
  );
});
