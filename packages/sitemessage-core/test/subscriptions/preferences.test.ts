import { describe, expect, it } from 'vitest';
import { createSitemessage, defineMessageType, type Preference } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';
import { alerts, news, orders, setUp } from './set-up.ts';

/** Three messengers, of which one may not be subscribed through. */
function table() {
  const { messenger } = scriptedMessenger();
  const mail = { ...messenger, alias: 'mail', title: 'E-mail' };
  const internal = { ...messenger, alias: 'internal', title: 'Internal', allowUserSubscription: false };
  const storage = memoryStorage();
  return createSitemessage({ storage, messengers: [mail, messenger, internal], messageTypes: [news, alerts, orders] });
}

describe('the preferences of a user', () => {
  it('are a table of message types by messengers, of those that one can subscribe to', async () => {
    const site = table();
    await site.setUserPreferences('7', [{ type: 'news', messenger: 'mail', isSubscribed: true }]);
    const { messengers, types } = await site.getUserPreferences('7');
    expect(messengers).toEqual([
      { alias: 'mail', title: 'E-mail' },
      { alias: 'scripted', title: 'Scripted' },
    ]);
    expect(types).toEqual([
      {
        alias: 'alerts',
        title: 'Alerts',
        choices: [
          { messenger: 'mail', isAllowed: true, isSubscribed: false },
          { messenger: 'scripted', isAllowed: true, isSubscribed: false },
        ],
      },
      {
        alias: 'news',
        title: 'News',
        choices: [
          { messenger: 'mail', isAllowed: true, isSubscribed: true },
          { messenger: 'scripted', isAllowed: true, isSubscribed: false },
        ],
      },
    ]);
  });

  it('show what is asked for, under other titles', async () => {
    const site = table();
    const shown = await site.getUserPreferences(7, {
      messageFilter: (alias) => alias === 'news',
      messengerFilter: (alias) => alias === 'mail',
      titles: { mail: 'Post' },
    });
    expect(shown.messengers).toEqual([{ alias: 'mail', title: 'Post' }]);
    expect(shown.types).toMatchObject([{ alias: 'news', choices: [{ messenger: 'mail' }] }]);
  });

  it('count the bare address that the messenger itself makes of a user, on a site without `addressOf`', async () => {
    const { messenger } = scriptedMessenger();
    const site = createSitemessage({
      storage: memoryStorage(),
      messengers: [
        { ...messenger, getAddress: (one: { readonly id: number } | string) => (typeof one === 'string' ? one : `own-${one.id}`) },
      ],
      messageTypes: [news],
      userId: ({ id }: { readonly id: number }) => id,
    });
    await site.subscribe(news, site.recipients('scripted', 'own-7'));
    const isSubscribed = async () => (await site.getUserPreferences({ id: 7 })).types[0]?.choices[0]?.isSubscribed;
    expect(await isSubscribed()).toBe(true);
    await site.setUserPreferences({ id: 7 }, [{ type: 'news', messenger: 'scripted', isSubscribed: false }]);
    expect(await isSubscribed()).toBe(false);
  });

  it('are changed as far as they are mentioned', async () => {
    const { site, recipients, user, subscriptions } = setUp();
    await site.subscribe(news, recipients([user(1), user(2)]));
    await site.subscribe(alerts, recipients(user(1)));
    const change: Preference[] = [{ type: 'news', messenger: 'scripted', isSubscribed: false }];
    expect(await site.setUserPreferences(user(1), change)).toBe(true);
    expect(await site.setUserPreferences(user(1), change)).toBe(false);
    expect(await site.setUserPreferences(user(1), [])).toBe(false);
    expect(await subscriptions()).toEqual(['alerts scripted 1', 'news scripted 2']);
  });

  it.each<[what: string, preference: object, problem: string]>([
    ['a type that nobody subscribes to', { type: 'orders' }, 'Nobody can subscribe to "orders"'],
    ['a messenger that there is not', { messenger: 'sms' }, 'This site has no messenger "sms"'],
    ['a type that there is not', { type: 'nws' }, '"nws" is not registered'],
    ['a type that is no alias', { type: undefined }, '`preferences[1].type` must be an alias, not undefined.'],
    ['what was said before', { isSubscribed: false }, '`preferences[1]` has the same type and messenger as `preferences[0]`'],
    ['what is no answer', { isSubscribed: 'on' }, '`preferences[1].isSubscribed` must be true or false.'],
  ])('are refused as a whole for %s', async (_, wrong, problem) => {
    const { site, subscriptions } = setUp();
    const good = { type: 'news', messenger: 'scripted', isSubscribed: true };
    await expect(site.setUserPreferences('1', [good, { ...good, ...wrong } as Preference])).rejects.toThrow(problem);
    expect(await subscriptions()).toEqual([]);
  });

  it('are those of its addresses as well, be it given as an object or by its id', async () => {
    const { site, recipients, user, subscriptions } = setUp();
    await site.subscribe(news, recipients(['user1', 'user2']));
    await site.subscribe(alerts, recipients([user(2)]));
    const isSubscribed = async (who: Parameters<typeof site.getUserPreferences>[0]) =>
      (await site.getUserPreferences(who)).types.flatMap(({ alias, choices }) => (choices[0]?.isSubscribed ? alias : []));
    for (const who of [user(1), '1', 1]) expect(await isSubscribed(who)).toEqual(['news']);
    expect(await isSubscribed('2')).toEqual(['alerts', 'news']);
    expect(await site.setUserPreferences(1, [{ type: 'news', messenger: 'scripted', isSubscribed: true }])).toBe(false);
    expect(await site.setUserPreferences(1, [{ type: 'news', messenger: 'scripted', isSubscribed: false }])).toBe(true);
    expect(await subscriptions()).toEqual(['alerts scripted 2', 'news scripted <user2>']);
  });

  it('are those of the id alone where its addresses are not known, or none', async () => {
    const { site, recipients, user, users } = setUp();
    await site.subscribe(news, recipients(['user1', user(1)]));
    await site.setUserPreferences({ id: 1, address: '' }, [{ type: 'news', messenger: 'scripted', isSubscribed: false }]);
    users.delete(1);
    expect((await site.getUserPreferences(1)).types.flatMap(({ choices }) => choices)).not.toContainEqual(
      expect.objectContaining({ isSubscribed: true }),
    );
    const { site: unknowing, recipients: to, user: person } = setUp({ known: false });
    await unknowing.subscribe(news, to(person(1)));
    expect(await unknowing.setUserPreferences(1, [{ type: 'news', messenger: 'scripted', isSubscribed: false }])).toBe(true);
  });

  it('are not changed when the application cannot say how somebody is reached', async () => {
    const { site, recipients, subscriptions } = setUp();
    await site.subscribe(news, recipients('user1'));
    const ann = {
      id: 1,
      get address(): string {
        throw new Error('the database is away');
      },
    };
    const optOut: Preference[] = [{ type: 'news', messenger: 'scripted', isSubscribed: false }];
    await expect(site.setUserPreferences(ann, optOut)).rejects.toThrow('the database is away');
    expect(await subscriptions()).toEqual(['news scripted <user1>']);
    await expect(site.setUserPreferences({ id: 1, address: 7 as never }, optOut)).resolves.toBe(false);
  });

  it('are told apart where two aliases look like one together', async () => {
    const render = { default: () => ({ text: 'Hi' }) };
    const { messenger } = scriptedMessenger();
    const site = createSitemessage({
      storage: memoryStorage(),
      messengers: ['c', 'b c', 'constructor'].map((alias) => ({ ...messenger, alias, title: `By ${alias}` })),
      messageTypes: ['a', 'a b'].map((alias) => defineMessageType<object>({ alias, title: alias, render })),
    });
    await site.setUserPreferences(7, [{ type: 'a', messenger: 'b c', isSubscribed: true }]);
    const { messengers, types } = await site.getUserPreferences(7, { titles: { c: 'See' } });
    expect(messengers.map(({ title }) => title)).toEqual(['See', 'By b c', 'By constructor']);
    const subscribed = types.flatMap(({ alias, choices }) =>
      choices.filter((one) => one.isSubscribed).map((one) => [alias, one.messenger]),
    );
    expect(subscribed).toEqual([['a', 'b c']]);
  });

  it('are those of somebody: a user with an id, or the id', async () => {
    const { site } = setUp();
    await expect(site.getUserPreferences(undefined as never)).rejects.toThrow('`user` must be a user or its id, not undefined.');
    await expect(table().getUserPreferences({ id: 1 } as never)).rejects.toThrow('give `userId` to createSitemessage');
    await expect(site.getUserPreferences('1', { filter: () => true } as never)).rejects.toThrow(
      '`filter` is not an option of the preferences.',
    );
  });
});
