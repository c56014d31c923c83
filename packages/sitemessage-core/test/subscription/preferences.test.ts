import { describe, expect, it } from 'vitest';
import { createSitemessage, type Preference } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import { scriptedMessenger } from '../queue/scripted-messenger.ts';
import { alerts, news, orders, setUp } from './set-up.ts';

const builtIn = ['plain', 'email_plain', 'email_html'];

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
    const { messengers, types } = await site.getUserPreferences('7', { messageFilter: (alias) => !builtIn.includes(alias) });
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
    ['what is no answer', { isSubscribed: 'on' }, '`preferences[1].isSubscribed` must be true or false.'],
  ])('are refused as a whole for %s', async (_, wrong, problem) => {
    const { site, subscriptions } = setUp();
    const good = { type: 'news', messenger: 'scripted', isSubscribed: true };
    await expect(site.setUserPreferences('1', [good, { ...good, ...wrong } as Preference])).rejects.toThrow(problem);
    expect(await subscriptions()).toEqual([]);
  });

  it('are those of somebody: a user with an id, or the id', async () => {
    const { site } = setUp();
    await expect(site.getUserPreferences(undefined as never)).rejects.toThrow('`user` must be a user or its id, not undefined.');
    await expect(table().getUserPreferences({ id: 1 } as never)).rejects.toThrow('give `userId` to createSitemessage');
    await expect(site.getUserPreferences('1', { filter: () => true } as never)).rejects.toThrow('`filter` is no option here');
  });
});
