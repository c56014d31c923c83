import type { Storage } from '@sitemessage/core/storage';
import { describe, expect, it, vi } from 'vitest';
import { as, bare, setUp, url, user } from './set-up.ts';

const asJson = (body: unknown): RequestInit => ({ body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

describe('the JSON API', () => {
  it('returns the subscription of a link, ends it, and subscribes again', async () => {
    const { ask, get, links, subscribe, subscriptions } = setUp();
    await subscribe(bare);
    const { unsubscribe } = links(bare);
    const subscription = { type: 'news', typeTitle: 'News', messengerTitle: 'E-mail', isAllowed: true, ...bare };
    const asked = await get(as('api/unsubscribe', unsubscribe));
    expect(asked.headers.get('cache-control')).toBe('no-store');
    expect(await asked.json()).toEqual({ ...subscription, isSubscribed: true });
    expect(await (await ask('POST', as('api/unsubscribe', unsubscribe))).json()).toEqual({ ...subscription, isSubscribed: false });
    expect(await subscriptions()).toEqual([]);
    expect(await (await ask('POST', as('api/resubscribe', unsubscribe))).json()).toEqual({ ...subscription, isSubscribed: true });
    expect(await subscriptions()).toEqual(['news mail <bob@example.com>']);
  });

  it('returns the preferences of core, and changes those that it gets', async () => {
    const { ask, get, links, site, subscribe, subscriptions } = setUp();
    await subscribe(user);
    const api = as('api/preferences', links(user).preferences);
    expect(await (await get(api)).json()).toEqual(await site.getUserPreferences('7'));
    const changed = await ask('PUT', api, asJson([{ type: 'alerts', messenger: 'chat', isSubscribed: true }]));
    expect(changed.status).toBe(200);
    expect(await changed.json()).toEqual(await site.getUserPreferences('7'));
    expect(await subscriptions()).toEqual(['alerts chat 7', 'news mail 7']);
  });

  it.each<[pair: string, type: string, messenger: string]>([
    ['a type that does not allow subscriptions', 'orders', 'mail'],
    ['another messenger than that of the address', 'news', 'chat'],
    ['an unknown type', 'weather', 'mail'],
  ])('refuses %s, and changes nothing', async (_, type, messenger) => {
    const { ask, links, subscriptions } = setUp();
    const good = { type: 'news', messenger: 'mail', isSubscribed: true };
    const response = await ask(
      'PUT',
      as('api/preferences', links(bare).preferences),
      asJson([good, { type, messenger, isSubscribed: true }]),
    );
    expect(response.status).toBe(409);
    expect(await response.json()).toEqual({ error: 'not_allowed' });
    expect(await subscriptions()).toEqual([]);
  });

  it.each([
    ['an object', {}],
    ['null', null],
    ['a list of numbers', [7]],
    ['a pair without `isSubscribed`', [{ type: 'news', messenger: 'mail' }]],
  ])('refuses %s', async (_, body) => {
    const { ask, links } = setUp();
    const response = await ask('PUT', as('api/preferences', links(bare).preferences), asJson(body));
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: 'refused' });
  });

  it('refuses a pair that is there twice', async () => {
    const { ask, links, subscriptions } = setUp();
    const choice = { type: 'news', messenger: 'mail' };
    const body = [
      { ...choice, isSubscribed: true },
      { ...choice, isSubscribed: false },
    ];
    const response = await ask('PUT', as('api/preferences', links(bare).preferences), asJson(body));
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: 'refused' });
    expect(await subscriptions()).toEqual([]);
  });

  it('does not take an error of the storage for a wrong body', async () => {
    const onError = vi.fn();
    const fault = new TypeError('fetch failed');
    const wrap = (storage: Storage): Storage => ({
      ...storage,
      subscriptions: { ...storage.subscriptions, change: () => Promise.reject(fault) },
    });
    const { ask, links } = setUp({ wrap, web: { onError } });
    const wish = [{ type: 'news', messenger: 'mail', isSubscribed: true }];
    expect((await ask('PUT', as('api/preferences', links(bare).preferences), asJson(wish))).status).toBe(503);
    expect(onError.mock.calls).toEqual([[fault]]);
  });

  it('refuses a body that is not JSON', async () => {
    const { ask, links } = setUp();
    expect((await ask('PUT', as('api/preferences', links(bare).preferences), { body: '[' })).status).toBe(400);
  });

  it('does not subscribe to a type that does not allow it', async () => {
    const { ask, links } = setUp();
    expect((await ask('POST', as('api/resubscribe', links(bare, 'orders').unsubscribe))).status).toBe(409);
  });

  it('answers every wrong link alike', async () => {
    const { get, links } = setUp();
    for (const link of [`${url}/api/unsubscribe/A`, `${url}/api/nothing`, as('api/unsubscribe', links(user).preferences)]) {
      const response = await get(link);
      expect(response.status).toBe(404);
      expect(await response.json()).toEqual({ error: 'invalid' });
    }
  });
});
