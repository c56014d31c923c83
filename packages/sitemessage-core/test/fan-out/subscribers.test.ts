import { describe, expect, it } from 'vitest';
import { createSitemessage, subscribers } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import { fanOutAlias, type Storage } from '../../src/storage/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';
import { alerts, news, orders, setUp, type User } from '../subscriptions/set-up.ts';

describe('a message to subscribers', () => {
  it('goes once to each subscriber of its type', async () => {
    const { site, recipients, user, scripted, send } = setUp();
    await site.subscribe(news, recipients([user(1), user(2), 'ann', 'user2']));
    await site.subscribe(alerts, recipients(user(3)));
    expect(await site.scheduleMessages(news({}), subscribers)).toEqual([{ id: expect.any(String), dispatches: 0, isNew: true }]);
    expect(await send()).toMatchObject({ sent: 3 });
    expect(scripted.addresses().sort()).toEqual(['ann', 'user1', 'user2']);
  });

  it('goes to the subscribers at its due time, not at the time of scheduling', async () => {
    const { site, recipients, scripted, send, runtime } = setUp();
    await site.subscribe(news, recipients(['ann', 'bob']));
    await site.scheduleMessages(news({}), subscribers, { dueAt: runtime.now() + 10_000 });
    expect(await send()).toMatchObject({ sent: 0 });
    await site.unsubscribe(news, recipients('ann'));
    await site.subscribe(news, recipients('carl'));
    await runtime.advance(10_000);
    expect(await send()).toMatchObject({ sent: 2 });
    expect(scripted.addresses().sort()).toEqual(['bob', 'carl']);
  });

  it('skips recipients who unsubscribe before it is sent', async () => {
    const { site, recipients, user, scripted, send } = setUp();
    await site.subscribe(news, recipients([user(1), user(2), 'ann', 'bob']));
    await site.scheduleMessages(news({}), subscribers);
    await site.prepareDispatches();
    await site.unsubscribe(news, recipients([user(1), 'bob']));
    expect(await send()).toMatchObject({ sent: 2, skipped: 2 });
    expect(scripted.addresses().sort()).toEqual(['ann', 'user2']);
    expect(await Array.fromAsync(site.list({ status: 'skipped' }))).toMatchObject([{ reason: 'unsubscribed' }, { reason: 'unsubscribed' }]);
  });

  it('goes to an address that is still subscribed, as a user or as a bare address', async () => {
    const { site, recipients, user, scripted, send } = setUp();
    await site.subscribe(news, recipients([user(1), 'user1', user(2), 'user2']));
    await site.scheduleMessages(news({}), subscribers);
    await site.prepareDispatches();
    await site.unsubscribe(news, recipients([user(1), 'user2']));
    expect(await send()).toMatchObject({ sent: 2, skipped: 0 });
    expect(scripted.addresses().sort()).toEqual(['user1', 'user2']);
  });

  it('does not limit messages to named recipients, who need no subscription', async () => {
    const { site, recipients, send } = setUp();
    await site.scheduleMessages(news({}), recipients('ann'));
    expect(await send()).toMatchObject({ sent: 1 });
  });

  it('looks up 1,000 users at a time, and leaves out missing and inactive ones and those without an address', async () => {
    const { site, recipients, user, scripted, send, users, asked } = setUp();
    await site.subscribe(news, recipients(Array.from({ length: 2_500 }, (_, nr) => user(nr))));
    users.delete(0);
    user(1, { isActive: false });
    users.set(2, { id: 2 });
    await site.scheduleMessages(news({}), subscribers);
    expect(await send()).toMatchObject({ sent: 2_497 });
    expect(scripted.addresses()).not.toContain('user1');
    expect(asked.map((ids) => ids.length)).toEqual([1_000, 1_000, 500]);
  });

  /** The number of subscribers: enough to be split into parts for a database server. */
  const crowd = 12_000;
  const onServer = (storage: Storage): Storage => ({ ...storage, concurrency: 10 });

  it('is split into parts on a database server, two are stored at a time, and each subscriber is reached once', async () => {
    let storing = 0;
    let most = 0;
    let rows = 0;
    const { site, recipients, user, runtime, storage } = setUp({
      wrap: (inner) => ({
        ...onServer(inner),
        queue: {
          ...inner.queue,
          async settle(...args) {
            storing += 1;
            rows += args[1].length;
            most = Math.max(most, storing);
            await runtime.sleep(10);
            storing -= 1;
            return inner.queue.settle(...args);
          },
        },
      }),
    });
    await site.subscribe(news, recipients(Array.from({ length: crowd }, (_, nr) => (nr % 2 === 0 ? user(nr) : `user${nr}`))));
    await site.scheduleMessages(news({}), subscribers);
    expect(await runtime.run(site.prepareDispatches())).toBe(crowd);
    const addresses = (await Array.fromAsync(storage.queue.list({}))).map(({ address }) => address);
    expect(new Set(addresses)).toEqual(new Set(Array.from({ length: crowd }, (_, nr) => `user${nr}`)));
    expect(addresses).toHaveLength(crowd);
    expect(most).toBe(2);
    // The scheduled row and its five parts. No empty part follows the last full one.
    expect(rows).toBe(6);
  });

  it('claims few parts at a time while looking up subscribers is slow, so that their leases last', async () => {
    const limits: number[] = [];
    const { site, recipients, runtime } = setUp({
      wrap: (inner) => ({
        ...onServer(inner),
        queue: {
          ...inner.queue,
          async claim(request) {
            limits.push(request.limit);
            return inner.queue.claim(request);
          },
        },
        subscriptions: {
          ...inner.subscriptions,
          async *list(filter) {
            await runtime.sleep(200);
            yield* inner.subscriptions.list(filter);
          },
        },
      }),
    });
    await site.subscribe(news, recipients(Array.from({ length: crowd }, (_, nr) => `user${nr}`)));
    await site.scheduleMessages(news({}), subscribers);
    expect(await runtime.run(site.prepareDispatches())).toBe(crowd);
    expect(Math.max(...limits)).toBe(2);
  });

  it('reaches each subscriber once, even if storing fails again and again', async () => {
    let calls = 0;
    const { site, recipients, runtime, storage } = setUp({
      wrap: (inner) => ({
        ...onServer(inner),
        queue: {
          ...inner.queue,
          async settle(...args) {
            calls += 1;
            if (calls % 2 === 0) throw new Error('the line broke');
            return inner.queue.settle(...args);
          },
        },
      }),
    });
    await site.subscribe(news, recipients(Array.from({ length: crowd }, (_, nr) => `user${nr}`)));
    await site.scheduleMessages(news({}), subscribers);
    const isOpen = async () => (await storage.queue.openQueues()).some(({ messenger }) => messenger === fanOutAlias);
    for (let round = 0; round < 20 && (await isOpen()); round++) {
      await runtime.run(site.prepareDispatches()).catch(() => undefined);
      await runtime.advance(3_600_000);
    }
    const addresses = (await Array.fromAsync(storage.queue.list({}))).map(({ address }) => address);
    expect(addresses).toHaveLength(crowd);
    expect(new Set(addresses).size).toBe(crowd);
    expect(calls).toBeGreaterThan(4);
  });

  it('reaches subscribers who joined a part after the split', async () => {
    let isCut = false;
    const kit = setUp({
      wrap: (inner) => ({
        ...onServer(inner),
        queue: {
          ...inner.queue,
          async settle(...args) {
            const applied = await inner.queue.settle(...args);
            if (isCut) return applied;
            isCut = true;
            await kit.site.subscribe(news, kit.recipients(Array.from({ length: crowd }, (_, nr) => `user${nr}-late`)));
            return applied;
          },
        },
      }),
    });
    await kit.site.subscribe(news, kit.recipients(Array.from({ length: crowd }, (_, nr) => `user${nr}`)));
    await kit.site.scheduleMessages(news({}), subscribers);
    expect(await kit.runtime.run(kit.site.prepareDispatches())).toBe(2 * crowd);
  });

  it('leaves out a user whose address the messenger refuses, and emits an event', async () => {
    const { site, recipients, user, send, events } = setUp();
    await site.subscribe(news, recipients([user(1), user(2, { address: 7 as never })]));
    await site.scheduleMessages(news({}), subscribers);
    expect(await send()).toMatchObject({ sent: 1 });
    expect(events('subscriber_failed')).toMatchObject([
      { messenger: 'scripted', messageType: 'news', userId: '2', error: { kind: 'address' } },
    ]);
  });

  it.each([
    ['without an address', () => ({ address: undefined }), { kind: 'address', message: '`addressOf` gave no address for this user.' }],
    [
      'for whom `isActive` throws',
      () => ({
        get isActive(): boolean {
          throw new Error('no such column');
        },
      }),
      { message: 'no such column' },
    ],
    [
      'for whom `isActive` returns a promise',
      () => ({ isActive: Promise.reject(new Error('no such column')) }),
      { message: '`isActive` returned a promise. It must return true or false, not a promise.' },
    ],
  ])('leaves out a user %s, and emits an event', async (_, fields, error) => {
    const { site, recipients, user, users, scripted, send, events } = setUp();
    await site.subscribe(news, recipients([user(1), user(2), user(3)]));
    users.set(2, Object.defineProperties({ id: 2, address: 'user2' }, Object.getOwnPropertyDescriptors(fields())) as User);
    await site.scheduleMessages(news({}), subscribers);
    expect(await send()).toMatchObject({ sent: 2 });
    expect(scripted.addresses()).toEqual(['user1', 'user3']);
    expect(events('subscriber_failed')).toMatchObject([{ messenger: 'scripted', messageType: 'news', userId: '2', error }]);
  });

  it('goes to users that the messenger itself accepts, on a site without `addressOf`', async () => {
    const { storage, runtime, users, user, scripted } = setUp();
    const site = createSitemessage({
      storage,
      runtime,
      messengers: [{ ...scripted.messenger, getAddress: (one: User | string) => (typeof one === 'string' ? one : `own-${one.id}`) }],
      messageTypes: [news],
      userId: ({ id }: User) => id,
      resolveUsers: (ids) => ids.flatMap((id) => users.get(Number(id)) ?? []),
    });
    const to = site.recipients('scripted', user(1));
    await site.scheduleMessages(news({}), to);
    await site.subscribe(news, to);
    await site.scheduleMessages(news({}), subscribers);
    await runtime.run(site.sendScheduledMessages());
    const stored = await Array.fromAsync(site.list());
    expect(stored.map(({ address, recipientId, status }) => ({ address, recipientId, status }))).toEqual(
      Array(2).fill({ address: 'own-1', recipientId: '1', status: 'sent' }),
    );
  });

  it('goes once to each subscriber, from the site that has the messenger', async () => {
    const { site, storage, user, users, recipients, runtime, scripted, send, events } = setUp();
    const elsewhere = scriptedMessenger();
    const other = createSitemessage({
      storage,
      runtime,
      messengers: [{ ...elsewhere.messenger, alias: 'elsewhere' }],
      messageTypes: [news],
      addressOf: ({ id }: User) => `there${id}`,
      userId: ({ id }: User) => id,
      resolveUsers: (ids) => ids.flatMap((id) => users.get(Number(id)) ?? []),
    });
    const crowd = 2_500;
    for (let id = 0; id < crowd; id++) user(id);
    await site.subscribe(news, recipients([user(1), 'ann']));
    await other.subscribe(news, other.recipients('elsewhere', [...users.values(), 'ann']));
    await site.scheduleMessages(news({}), subscribers);
    expect(await send()).toMatchObject({ sent: 2, failed: 0 });
    expect(scripted.addresses().toSorted()).toEqual(['ann', 'user1']);
    expect(events('subscriber_failed')).toEqual([]);
    const waiting = events('error').filter(({ error }) => error.code === 'messenger_elsewhere');
    expect(waiting.length).toBeGreaterThan(2);
    // Both sites look when the rows are due again: this one in vain, then the other one.
    await runtime.advance(30_000);
    await send();
    for (let look = 0; look < 10; look++) {
      await runtime.advance(600_000);
      await runtime.run(other.sendScheduledMessages());
    }
    const there = elsewhere.addresses();
    expect(there).toHaveLength(crowd + 1);
    expect(new Set(there)).toEqual(new Set(['ann', ...Array.from({ length: crowd }, (_, id) => `there${id}`)]));
    expect(await storage.queue.openQueues()).toEqual([]);
    await other.close();
  });

  it.each(['orders', 'plain'])('is refused for a type without subscriptions: %s', async (type) => {
    const { site } = setUp();
    const message = type === 'plain' ? 'Hi' : orders({});
    await expect(site.scheduleMessages(message, subscribers)).rejects.toMatchObject({
      kind: 'configuration',
      code: 'subscription_not_allowed',
    });
    expect(await site.counts()).toEqual([]);
  });

  it('waits without limit while `resolveUsers` fails', async () => {
    let isDown = true;
    const kit = setUp();
    const resolve = kit.users.get.bind(kit.users);
    kit.users.get = (id) => {
      if (isDown) throw new Error('the users are away');
      return resolve(id);
    };
    await kit.site.subscribe(news, kit.recipients([kit.user(1), kit.user(2)]));
    await kit.site.scheduleMessages(news({}), subscribers);
    for (let hour = 0; hour < 100; hour++) {
      expect(await kit.send()).toMatchObject({ sent: 0, failed: 0 });
      await kit.runtime.advance(3_600_000);
    }
    expect(kit.events('error')).not.toEqual([]);
    isDown = false;
    await kit.runtime.advance(6 * 3_600_000);
    expect(await kit.send()).toMatchObject({ sent: 2 });
  });

  it('waits while `resolveUsers` returns no list, and the error names it', async () => {
    const runtime = fakeRuntime();
    const { messenger } = scriptedMessenger();
    const storage = memoryStorage({ runtime });
    const resolveUsers = async () => undefined as never;
    const site = createSitemessage({
      storage,
      runtime,
      messengers: [messenger],
      messageTypes: [news],
      userId: ({ id }: User) => id,
      resolveUsers,
    });
    const problems: string[] = [];
    site.onEvent((event) => event.type === 'error' && problems.push(event.error.message));
    await site.subscribe(news, site.recipients('scripted', { id: 1 }));
    await site.scheduleMessages(news({}), subscribers);
    expect(await runtime.run(site.sendScheduledMessages())).toMatchObject({ sent: 0, failed: 0 });
    expect(problems).toEqual([expect.stringContaining('`resolveUsers` returned undefined')]);
  });

  it('needs `userId` beside `resolveUsers`', () => {
    expect(() => createSitemessage({ storage: memoryStorage(), resolveUsers: () => [] })).toThrow(
      '`resolveUsers` needs `userId` beside it',
    );
  });

  it('waits on a site without `resolveUsers`, and emits an error', async () => {
    const { site, recipients, user, send, events } = setUp({ known: false });
    await site.subscribe(news, recipients([user(1)]));
    await site.scheduleMessages(news({}), subscribers);
    expect(await send()).toMatchObject({ sent: 0 });
    expect(events('error')).toMatchObject([{ error: { code: 'users_unresolved' } }]);
  });

  it('can be stored in a transaction of the application', async () => {
    const { site, recipients, send } = setUp();
    await site.subscribe(news, recipients(['ann', 'bob']));
    const prepared = await site.prepare(news({}), subscribers);
    expect(await send()).toMatchObject({ sent: 0 });
    prepared.save(undefined as never);
    await site.unsubscribe(news, recipients('bob'));
    expect(await send()).toMatchObject({ sent: 1 });
  });

  it('refuses other recipients in the same call, and refuses undefined', async () => {
    const { site, recipients } = setUp();
    await expect(site.scheduleMessages(news({}), [subscribers, recipients('ann')] as never)).rejects.toThrow(
      '`subscribers` cannot be combined with other recipients.',
    );
    await expect(site.scheduleMessages(news({}), undefined as never)).rejects.toThrow('`recipients` must come from');
  });

  it('is finished without subscribers, so that later subscribers get no old message', async () => {
    const { site, recipients, send, storage } = setUp();
    await site.scheduleMessages(news({}), subscribers);
    expect(await send()).toMatchObject({ sent: 0 });
    await site.subscribe(news, recipients('ann'));
    expect(await send()).toMatchObject({ sent: 0 });
    expect(await storage.queue.openQueues()).toEqual([]);
  });
});
