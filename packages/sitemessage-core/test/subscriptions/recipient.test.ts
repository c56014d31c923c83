import { describe, expect, it } from 'vitest';
import { createSitemessage, subscribers } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';
import { alerts, news, orders, setUp } from './set-up.ts';

const user = { messenger: 'scripted', address: 'user1', recipientId: '1' };
const bare = { messenger: 'scripted', address: 'ann' };
const isNews = { messageFilter: (alias: string) => alias === 'news' };

/** Two messengers that one can subscribe through. */
function twoMessengers() {
  const { messenger } = scriptedMessenger();
  const storage = memoryStorage();
  const messengers = [messenger, { ...messenger, alias: 'mail', title: 'E-mail' }];
  return { site: createSitemessage({ storage, messengers, messageTypes: [news, alerts, orders] }), storage };
}

describe('the recipient of a dispatch', () => {
  it('unsubscribes as a user and by the bare address', async () => {
    const { site, recipients, user: person, subscriptions, events } = setUp();
    await site.subscribe(news, recipients([person(1), 'user1', person(2), 'ann']));
    await site.subscribe(alerts, recipients(person(1)));
    expect(await site.unsubscribeRecipient('news', user)).toBe(2);
    expect(await subscriptions()).toEqual(['alerts scripted 1', 'news scripted 2', 'news scripted <ann>']);
    expect(await site.unsubscribeRecipient('news', bare)).toBe(1);
    expect(await site.unsubscribeRecipient('news', bare)).toBe(0);
    expect(events('unsubscribed')).toEqual([
      { type: 'unsubscribed', messageType: 'news', ...user },
      { type: 'unsubscribed', messageType: 'news', ...bare },
      { type: 'unsubscribed', messageType: 'news', ...bare },
    ]);
  });

  it.each([
    ['no messenger', { address: 'ann' }, '`messenger` of the recipient must be a string, not undefined.'],
    ['no address', { messenger: 'scripted' }, '`address` of the recipient must be a string, not undefined.'],
    ['an id that is none', { ...bare, recipientId: null }, '`recipientId` of the recipient must be a string, not null.'],
    ['nobody', undefined, '`messenger` of the recipient'],
  ])('is refused with %s: it would be somebody else, or everybody', async (_, recipient, problem) => {
    const { site } = setUp();
    await expect(site.unsubscribeRecipient('news', recipient as never)).rejects.toThrow(problem);
    await expect(site.getRecipientPreferences(recipient as never)).rejects.toThrow(problem);
    await expect(site.setRecipientPreferences(recipient as never, [])).rejects.toThrow(problem);
  });

  it('may be a user without an address, who chooses for all messengers and addresses', async () => {
    const { site, recipients, user: person, subscriptions, events } = setUp();
    await site.subscribe(news, recipients([person(1), 'user1', person(2)]));
    await site.subscribe(alerts, recipients('user1'));
    const alone = { recipientId: '1' };
    const choices = async () => (await site.getRecipientPreferences(alone)).types.map(({ choices }) => choices[0]?.isSubscribed);
    expect(await choices()).toEqual([true, true]);
    const ends = { messenger: 'scripted', isSubscribed: false };
    expect(await site.setRecipientPreferences(alone, [{ type: 'news', ...ends }])).toBe(true);
    expect(await choices()).toEqual([true, false]);
    expect(await subscriptions()).toEqual(['alerts scripted <user1>', 'news scripted 2']);
    expect(events('unsubscribed')).toEqual([{ type: 'unsubscribed', messageType: 'news', messenger: 'scripted', recipientId: '1' }]);
    await expect(site.unsubscribeRecipient('news', alone as never)).rejects.toThrow('`messenger` of the recipient must be a string');
  });

  it('gets nothing that was scheduled before', async () => {
    const { site, recipients, user: person, scripted, send } = setUp();
    await site.subscribe(news, recipients([person(1), 'user1', 'ann']));
    await site.scheduleMessages(news({}), subscribers);
    await site.prepareDispatches();
    await site.unsubscribeRecipient('news', user);
    expect(await send()).toMatchObject({ sent: 1, skipped: 1 });
    expect(scripted.addresses()).toEqual(['ann']);
  });

  it('unsubscribes from what is not there any more', async () => {
    const { site, storage } = setUp();
    const key = { messenger: 'pigeon', type: 'old', address: 'ann' };
    await storage.subscriptions.change({ add: [key], remove: [] }, 0);
    expect(await site.unsubscribeRecipient('old', { messenger: 'pigeon', address: 'ann' })).toBe(1);
  });

  it('sees what both of the subscriptions give', async () => {
    const { site, storage } = twoMessengers();
    const add = [
      { messenger: 'mail', type: 'news', userId: '1' },
      { messenger: 'scripted', type: 'news', address: 'user1' },
    ];
    await storage.subscriptions.change({ add, remove: [] }, 0);
    const choices = async (recipient: typeof bare) => (await site.getRecipientPreferences(recipient, isNews)).types[0]?.choices;
    expect(await choices(user)).toEqual([
      { messenger: 'scripted', isAllowed: true, isSubscribed: true },
      { messenger: 'mail', isAllowed: true, isSubscribed: true },
    ]);
    expect(await choices({ ...user, address: 'elsewhere' })).toMatchObject([{ isSubscribed: false }, { isSubscribed: true }]);
  });

  it('sees without a user only what goes through the messenger of the address', async () => {
    const { site } = twoMessengers();
    const { messengers, types } = await site.getRecipientPreferences(bare, isNews);
    expect(messengers).toEqual([{ alias: 'scripted', title: 'Scripted' }]);
    expect(types).toMatchObject([{ alias: 'news', choices: [{ messenger: 'scripted', isSubscribed: false }] }]);
    expect((await site.getRecipientPreferences(bare, { messengerFilter: () => false })).messengers).toEqual([]);
  });

  it('ends both by one choice, and begins one', async () => {
    const { site, recipients, user: person, subscriptions, events } = setUp();
    await site.subscribe(news, recipients([person(1), 'user1']));
    const choose = (isSubscribed: boolean) => site.setRecipientPreferences(user, [{ type: 'news', messenger: 'scripted', isSubscribed }]);
    expect(await choose(false)).toBe(true);
    expect(await subscriptions()).toEqual([]);
    expect(await choose(false)).toBe(false);
    expect(events('unsubscribed')).toEqual([{ type: 'unsubscribed', messageType: 'news', ...user }]);
    expect(await choose(true)).toBe(true);
    expect(await subscriptions()).toEqual(['news scripted 1']);
  });

  it('stays as it is when it chooses that', async () => {
    const { site, recipients, subscriptions } = setUp();
    await site.subscribe(news, recipients('user1'));
    expect(await site.setRecipientPreferences(user, [{ type: 'news', messenger: 'scripted', isSubscribed: true }])).toBe(false);
    expect(await site.setRecipientPreferences(user, [])).toBe(false);
    expect(await subscriptions()).toEqual(['news scripted <user1>']);
  });

  it('chooses as a user through other messengers too, whose address the event does not know', async () => {
    const { site, storage } = twoMessengers();
    const told: unknown[] = [];
    site.onEvent((event) => told.push(event));
    const choose = (isSubscribed: boolean) => site.setRecipientPreferences(user, [{ type: 'news', messenger: 'mail', isSubscribed }]);
    await choose(true);
    expect(await Array.fromAsync(storage.subscriptions.list({}))).toMatchObject([{ type: 'news', messenger: 'mail', userId: '1' }]);
    await choose(false);
    expect(await Array.fromAsync(storage.subscriptions.list({}))).toEqual([]);
    expect(told).toEqual([{ type: 'unsubscribed', messageType: 'news', messenger: 'mail', recipientId: '1' }]);
  });

  it.each([
    ['a type that nobody may subscribe to', { type: 'orders', messenger: 'scripted' }, 'subscription_not_allowed'],
    ['another messenger than that of the bare address', { type: 'news', messenger: 'mail' }, 'subscription_not_allowed'],
    ['a type that there is not', { type: 'weather', messenger: 'scripted' }, 'message_type_unknown'],
  ])('may not choose %s, and nothing is stored then', async (_, pair, code) => {
    const { site, storage } = twoMessengers();
    const good = { type: 'alerts', messenger: 'scripted', isSubscribed: true };
    await expect(site.setRecipientPreferences(bare, [good, { ...pair, isSubscribed: true }])).rejects.toMatchObject({ code });
    expect(await Array.fromAsync(storage.subscriptions.list({}))).toEqual([]);
  });
});
