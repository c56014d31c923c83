import { createLinks } from '@sitemessage/core/links';
import { describe, expect, it } from 'vitest';
import { as, bare, secret, setUp, url, user } from './set-up.ts';

/** Returns the fields that a browser posts with these boxes ticked. */
function fieldsOf(page: string, ticked: (value: string) => boolean): [string, string][] {
  const values = [...page.matchAll(/name="shown" value="([^"]+)"/g)].map(([, value = '']) => value);
  return [
    ...values.map((value): [string, string] => ['shown', value]),
    ...values.filter(ticked).map((value): [string, string] => ['wanted', value]),
  ];
}

const boxes = (page: string): readonly string[] =>
  [...page.matchAll(/type="checkbox" name="wanted" value="([^"]+)"( checked)?/g)].map(([, value, checked]) => `${value}${checked ?? ''}`);

describe('the page of preferences', () => {
  it('shows a user every pair that may be chosen', async () => {
    const { get, links, subscribe } = setUp();
    await subscribe(user);
    const response = await get(links(user).preferences);
    expect(response.status).toBe(200);
    const page = await response.text();
    expect(boxes(page)).toEqual(expect.arrayContaining(['news/mail checked', 'news/chat', 'alerts/chat']));
    expect(page).not.toMatch(/orders|alerts\/mail/);
  });

  it('works by a link of `preferencesOf`, without a message', async () => {
    const asked: unknown[] = [];
    const { ask, get, post, subscribe, subscriptions, events } = setUp({ web: { locale: (recipient) => void asked.push(recipient) } });
    await subscribe(user);
    const link = createLinks({ url, secret }).preferencesOf({ userId: 7 });
    const page = await (await get(link)).text();
    expect(boxes(page)).toEqual(expect.arrayContaining(['news/mail checked', 'news/chat', 'alerts/chat']));
    expect(
      (
        await post(
          link,
          fieldsOf(page, (value) => value === 'alerts/chat'),
        )
      ).status,
    ).toBe(200);
    expect(await subscriptions()).toEqual(['alerts chat 7']);
    expect(asked).toEqual([{ recipientId: '7' }, { recipientId: '7' }]);
    expect(events.filter(({ type }) => type === 'unsubscribed')).toEqual([
      { type: 'unsubscribed', messageType: 'news', messenger: 'mail', recipientId: '7' },
    ]);
    const body = JSON.stringify([{ type: 'news', messenger: 'mail', isSubscribed: true }]);
    expect((await ask('PUT', as('api/preferences', link), { body })).status).toBe(200);
    expect(await subscriptions()).toEqual(['alerts chat 7', 'news mail 7']);
    expect((await get(as('unsubscribe', link))).status).toBe(404);
  });

  it('shows an address the pairs of its messenger', async () => {
    const { get, links } = setUp();
    expect(boxes(await (await get(links(bare).preferences)).text())).toEqual(expect.arrayContaining(['news/mail']));
    expect(boxes(await (await get(links(bare).preferences)).text()).filter((box) => box.includes('chat'))).toEqual([]);
  });

  it('saves the ticked boxes', async () => {
    const { get, links, post, subscribe, subscriptions } = setUp();
    await subscribe(user);
    const { preferences } = links(user);
    const form = fieldsOf(await (await get(preferences)).text(), (value) => value === 'alerts/chat');
    const saved = await post(preferences, form);
    expect(saved.status).toBe(200);
    const page = await saved.text();
    expect(page).toContain('<h1>Your choice is saved</h1>');
    expect(boxes(page)).toEqual(expect.arrayContaining(['alerts/chat checked', 'news/mail', 'news/chat']));
    expect(await subscriptions()).toEqual(['alerts chat 7']);
  });

  it('does not change a pair that the form did not show', async () => {
    const { links, post, subscribe, subscriptions } = setUp();
    await subscribe(user, { ...user, messenger: 'chat' });
    await post(links(user).preferences, [['shown', 'news/chat']]);
    expect(await subscriptions()).toEqual(['news mail 7']);
  });

  it.each<[pair: string, fields: [string, string][]]>([
    [
      'a type that does not allow subscriptions',
      [
        ['shown', 'orders/mail'],
        ['wanted', 'orders/mail'],
      ],
    ],
    [
      'a pair that is not allowed',
      [
        ['shown', 'alerts/mail'],
        ['wanted', 'alerts/mail'],
      ],
    ],
    [
      'an unknown pair',
      [
        ['shown', '%/%'],
        ['wanted', '%/%'],
      ],
    ],
    ['a pair that it did not show', [['wanted', 'news/chat']]],
  ])('refuses %s, and saves nothing', async (_, fields) => {
    const { links, post, subscribe, subscriptions } = setUp();
    await subscribe(user);
    const response = await post(links(user).preferences, [['shown', 'news/mail'], ...fields]);
    expect(response.status).toBe(409);
    const page = await response.text();
    expect(page).toContain('<h1>Nothing was saved</h1>');
    expect(page).toContain('There are other choices now. Please look again.');
    expect(await subscriptions()).toEqual(['news mail 7']);
  });

  it('refuses another form', async () => {
    const { links, post, subscribe, subscriptions } = setUp();
    await subscribe(user);
    expect((await post(links(user).preferences, { 'List-Unsubscribe': 'One-Click' })).status).toBe(400);
    expect(await subscriptions()).toEqual(['news mail 7']);
  });
});
