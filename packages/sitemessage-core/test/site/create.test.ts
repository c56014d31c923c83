import { describe, expect, it } from 'vitest';
import { createSitemessage, defineMessageType, subscribers } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import type { Storage } from '../../src/storage/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';

function setUp(wrap: (storage: Storage) => Storage = (storage) => storage) {
  const runtime = fakeRuntime();
  const scripted = scriptedMessenger();
  const storage = wrap(memoryStorage({ runtime }));
  const site = createSitemessage({
    storage,
    runtime,
    messengers: [scripted.messenger],
    links: ({ address }) => ({ unsubscribe: `https://example.com/u/${address}` }),
  });
  return {
    runtime,
    scripted,
    storage,
    site,
    schedule: (addresses: string | readonly string[], options = {}) =>
      site.scheduleMessages('Hi', site.recipients('scripted', addresses), options),
    send: () => runtime.run(site.sendScheduledMessages()),
  };
}

describe('a site', () => {
  it.each([undefined, null, {}, { storage: undefined }])('needs a storage, and says which to install: %j', (options) => {
    const create = () => createSitemessage(options as never);
    expect(create).toThrow('`storage` is missing. For one machine: `npm install @sitemessage/storage-sqlite`');
    expect(create).toThrow(expect.objectContaining({ name: 'ArgumentError', code: 'option_invalid', field: 'storage' }));
  });

  it('needs nothing else', async () => {
    const site = createSitemessage({ storage: memoryStorage() });
    expect(site.getRegisteredMessengers()).toEqual({});
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 0, paused: {}, untouched: [] });
    await site.close();
  });

  it('makes recipients without looking at them: that is for when they are scheduled', () => {
    const { site } = setUp();
    let read = 0;
    function* addresses() {
      read += 1;
      yield 'a';
    }
    const given = addresses();
    const { messenger, addresses: kept } = site.recipients('scripted', given);
    expect(messenger).toBe('scripted');
    expect(kept).toBe(given);
    expect(read).toBe(0);
  });

  it('asks for the links of each dispatch when it is sent', async () => {
    const { site, send, scripted } = setUp();
    const news = defineMessageType<object>({ alias: 'news', title: 'News', render: { default: () => ({ text: 'Hi' }) } });
    site.registerMessageTypes(news);
    await site.subscribe(news, site.recipients('scripted', ['a', 'b']));
    await site.scheduleMessages(news({}), subscribers);
    await send();
    expect(scripted.deliveries.map(({ content }) => content.unsubscribeUrl).sort()).toEqual([
      'https://example.com/u/a',
      'https://example.com/u/b',
    ]);
  });

  it('gives messengers and render the id of the user', async () => {
    const runtime = fakeRuntime();
    const scripted = scriptedMessenger();
    const greeting = defineMessageType<object>({
      alias: 'greeting',
      title: 'Greeting',
      render: { default: (_, { recipient }) => ({ text: `${recipient.id} at ${recipient.messenger} ${recipient.address}` }) },
    });
    const site = createSitemessage({
      storage: memoryStorage({ runtime }),
      runtime,
      messengers: [scripted.messenger],
      messageTypes: [greeting],
      addressOf: (user: { id: number }) => `box-${user.id}`,
      userId: (user) => user.id,
    });
    const events: unknown[] = [];
    site.onEvent((event) => event.type === 'sent' && events.push(event.dispatch.recipientId));
    await site.scheduleMessages(greeting({}), site.recipients('scripted', [{ id: 7 }]));
    await runtime.run(site.sendScheduledMessages());
    expect(scripted.deliveries).toMatchObject([{ recipientId: '7', content: { text: '7 at scripted box-7' } }]);
    expect(events).toEqual(['7']);
  });

  it('refuses a user object where it was not told how to read one', async () => {
    const { site } = setUp();
    await expect(site.scheduleMessages('Hi', site.recipients('scripted', { id: 7 } as never))).rejects.toThrow();
    expect(await site.counts()).toEqual([]);
  });

  it('is ready for messages of a type from when it is registered', async () => {
    const { site, send } = setUp();
    const news = defineMessageType<object>({ alias: 'news', title: 'News', render: { default: () => ({ text: 'News' }) } });
    await expect(site.scheduleMessages(news({}), site.recipients('scripted', 'a'))).rejects.toThrow('"news" is not registered');
    site.registerMessageTypes(news);
    await site.scheduleMessages(news({}), site.recipients('scripted', 'a'));
    expect(await send()).toMatchObject({ sent: 1 });
    expect(() => site.registerMessageTypes({ ...news, title: 'Other' } as never)).toThrow('Two message types have the alias "news"');
  });
});

describe('the schema of the storage', () => {
  const counting = () => {
    const migrations = { count: 0, fails: 0 };
    const kit = setUp((storage) => ({
      ...storage,
      async migrate() {
        migrations.count += 1;
        if (migrations.fails-- > 0) throw new Error('the database is away');
        await storage.migrate();
      },
    }));
    return { ...kit, migrations };
  };

  it('is brought up to date once, before anything else, whoever asks', async () => {
    const { site, migrations } = counting();
    expect(migrations.count).toBe(0);
    await Promise.all([
      site.counts(),
      site.find('d'),
      Array.fromAsync(site.list()),
      site.checkUndelivered(),
      site.requeue({}),
      site.cancel({}),
    ]);
    expect(migrations.count).toBe(1);
  });

  it('is tried again by the next one when it failed', async () => {
    const { site, migrations } = counting();
    migrations.fails = 1;
    await expect(site.counts()).rejects.toThrow('the database is away');
    expect(await site.counts()).toEqual([]);
    expect(migrations.count).toBe(2);
  });

  it.each([
    ['scheduleMessages', (site: ReturnType<typeof setUp>['site']) => site.scheduleMessages('Hi', site.recipients('scripted', 'a'))],
    ['sendScheduledMessages', (site: ReturnType<typeof setUp>['site']) => site.sendScheduledMessages()],
    ['cleanupSentMessages', (site: ReturnType<typeof setUp>['site']) => site.cleanupSentMessages({ olderThan: 0 })],
    ['list', (site: ReturnType<typeof setUp>['site']) => Array.fromAsync(site.list())],
  ])('is waited for by %s', async (_, use) => {
    const { site, migrations } = counting();
    migrations.fails = 1;
    await expect(use(site)).rejects.toThrow('the database is away');
  });
});

describe('reading', () => {
  it('finds one dispatch, with what went wrong', async () => {
    const { site, schedule, send, scripted } = setUp();
    scripted.script = () => {
      throw new Error('busy');
    };
    await schedule('a');
    await send();
    const [record] = await Array.fromAsync(site.list());
    expect(await site.find(record?.id ?? '')).toMatchObject({ ...record, errors: [{ attempt: 1, message: 'busy' }] });
    expect(await site.find('nothing')).toBeUndefined();
  });

  it('lists and counts what matches', async () => {
    const { site, schedule, send, runtime } = setUp();
    const since = runtime.now();
    await schedule(['a', 'b']);
    await send();
    await schedule(['b', 'c']);
    expect((await Array.fromAsync(site.list({ status: 'pending' }))).map(({ address }) => address).sort()).toEqual(['b', 'c']);
    expect(await Array.fromAsync(site.list({ address: 'b' }))).toHaveLength(2);
    expect(await site.counts()).toEqual([{ messenger: 'scripted', type: 'plain', status: 'pending', count: 2 }]);
    expect(await site.counts({ since })).toHaveLength(2);
    expect(await site.counts({ messenger: 'other', since })).toEqual([]);
  });
});

describe('listening', () => {
  it('ends when the listener is taken off', async () => {
    const { site, schedule } = setUp();
    const heard: string[] = [];
    const off = site.onEvent(({ type }) => heard.push(type));
    await schedule('a');
    off();
    await schedule('b');
    expect(heard).toEqual(['scheduled']);
  });
});

describe('closing', () => {
  it('stops all workers, then closes the storage', async () => {
    const order: string[] = [];
    const { site, runtime, scripted, schedule } = setUp((storage) => ({
      ...storage,
      async close() {
        order.push('storage closed');
      },
    }));
    scripted.script = async () => {
      await runtime.sleep(1_000);
      order.push('sent');
      return undefined;
    };
    site.startWorker();
    site.startWorker({ pollIntervalMs: 60_000 });
    await schedule(['a', 'b']);
    await runtime.advance(100);
    await runtime.run(site.close());
    expect(order.at(-1)).toBe('storage closed');
    expect(order.slice(0, -1)).toContain('sent');
    expect(runtime.pendingTimers()).toBe(0);
  });
});

describe('closing while something is being sent', () => {
  it('finishes what is in flight, gives back the rest, and closes the storage then', async () => {
    const { site, runtime, scripted, schedule, storage } = setUp();
    const gate = Promise.withResolvers<undefined>();
    scripted.script = () => gate.promise;
    await schedule(['a', 'b', 'c']);
    const sending = site.sendScheduledMessages();
    await runtime.advance(100);
    const closing = site.close();
    await runtime.advance(100);
    expect((await Array.fromAsync(storage.queue.list({ status: 'processing' }))).length).toBeGreaterThan(0);
    gate.resolve(undefined);
    expect(await runtime.run(sending)).toMatchObject({ sent: 1, released: 2 });
    await runtime.run(closing);
    await expect(storage.queue.counts()).rejects.toThrow('The storage is closed.');
  });

  it('cuts off what does not end in 30 s', async () => {
    const { site, runtime, scripted, schedule } = setUp();
    Object.assign(scripted.messenger, { timeoutMs: 600_000 });
    scripted.script = () => new Promise(() => undefined);
    await schedule('a');
    const sending = site.sendScheduledMessages();
    await runtime.advance(100);
    await runtime.run(site.close());
    expect(runtime.monotonic()).toBeLessThan(32_000);
    expect(await sending).toMatchObject({ error: 1 });
  });
});

describe('a site that is closed', () => {
  type Site = ReturnType<typeof setUp>['site'];
  it.each<[what: string, use: (site: Site) => Promise<unknown>]>([
    ['scheduleMessages', (site) => site.scheduleMessages('Hi', site.recipients('scripted', 'a'))],
    ['prepare', (site) => site.prepare('Hi', site.recipients('scripted', 'a'))],
    ['sendScheduledMessages', (site) => site.sendScheduledMessages()],
    ['sendTestMessage', (site) => site.sendTestMessage('scripted', 'a')],
    ['checkUndelivered', (site) => site.checkUndelivered()],
    ['cleanupSentMessages', (site) => site.cleanupSentMessages({ olderThan: 0 })],
    ['requeue', (site) => site.requeue({})],
    ['cancel', (site) => site.cancel({})],
    ['find', (site) => site.find('d')],
    ['list', (site) => Array.fromAsync(site.list())],
    ['counts', (site) => site.counts()],
    ['startWorker', async (site) => site.startWorker()],
  ])('refuses %s', async (_, use) => {
    const { site, scripted } = setUp();
    await site.close();
    await expect(use(site)).rejects.toMatchObject({ kind: 'configuration', code: 'site_closed' });
    expect(scripted.deliveries).toEqual([]);
  });

  it('may be closed again, which closes the storage once', async () => {
    let closes = 0;
    const { site } = setUp((storage) => ({
      ...storage,
      async close() {
        closes += 1;
      },
    }));
    await Promise.all([site.close(), site.close()]);
    await site.close();
    expect(closes).toBe(1);
  });
});
