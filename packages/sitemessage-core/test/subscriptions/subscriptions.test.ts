import { describe, expect, it } from 'vitest';
import { createSitemessage, subscribers } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';
import { alerts, news, setUp } from './set-up.ts';

describe('a subscription', () => {
  it('is of a user by its id, or of a bare address, once', async () => {
    const { site, recipients, user, subscriptions } = setUp();
    expect(await site.subscribe(news, recipients([user(1), 'ann', user(1), 'ann']))).toBe(2);
    expect(await site.subscribe('news', recipients(user(1)))).toBe(0);
    expect(await site.subscribe(alerts, recipients(user(1)))).toBe(1);
    expect(await subscriptions()).toEqual(['alerts scripted 1', 'news scripted 1', 'news scripted <ann>']);
  });

  it('of a user needs no address, whose messages go wherever the user is reached by then', async () => {
    const { site, recipients, user, subscriptions } = setUp();
    await site.subscribe(news, recipients({ id: 7 }));
    expect(await subscriptions()).toEqual(['news scripted 7']);
    expect(await site.unsubscribe(news, recipients(user(7, { address: 'elsewhere' })))).toBe(1);
  });

  it('ends, and may not have been', async () => {
    const { site, recipients, subscriptions } = setUp();
    await site.subscribe(news, recipients(['ann', 'bob']));
    expect(await site.unsubscribe(news, recipients(['ann', 'carl']))).toBe(1);
    expect(await subscriptions()).toEqual(['news scripted <bob>']);
  });

  it.each([
    ['a type that there is not', 'nws', { kind: 'configuration', code: 'message_type_unknown' }],
    ['a type that nobody subscribes to', 'orders', { kind: 'configuration', code: 'subscription_not_allowed' }],
    ['a type that is not for the messenger', 'email_plain', { kind: 'configuration', code: 'subscription_not_allowed' }],
  ])('is refused for %s, and nobody is subscribed', async (_, type, error) => {
    const { site, recipients, subscriptions } = setUp();
    await expect(site.subscribe(type, recipients(['ann']))).rejects.toMatchObject(error);
    expect(await subscriptions()).toEqual([]);
  });

  it('is refused for a messenger that does not allow it, and can be ended all the same', async () => {
    const { messenger } = scriptedMessenger();
    const storage = memoryStorage();
    const site = createSitemessage({ storage, messengers: [{ ...messenger, allowUserSubscription: false }], messageTypes: [news] });
    await expect(site.subscribe(news, site.recipients('scripted', 'ann'))).rejects.toThrow(
      'Nobody can subscribe to "news" through "scripted": the messenger has `allowUserSubscription: false`.',
    );
    await storage.subscriptions.change({ add: [{ messenger: 'scripted', type: 'news', address: 'ann' }], remove: [] }, 0);
    expect(await site.unsubscribe(news, site.recipients('scripted', 'ann'))).toBe(1);
  });

  it('is refused with all others of its call when one address is wrong', async () => {
    const { site, subscriptions } = setUp();
    await expect(site.subscribe(news, site.recipients('scripted', ['ann', 7 as never]))).rejects.toThrow();
    await expect(site.subscribe(news, { messenger: 'nobody', addresses: 'ann' })).rejects.toMatchObject({ code: 'messenger_unknown' });
    await expect(site.subscribe(news, subscribers)).rejects.toThrow('`subscribers` are subscribed already.');
    await expect(site.subscribe(news, 'ann' as never)).rejects.toThrow('must come from recipients(alias, addresses)');
    expect(await subscriptions()).toEqual([]);
  });
});
