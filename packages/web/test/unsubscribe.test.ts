import { describe, expect, it } from 'vitest';
import { as, bare, firstForm, setUp, user } from './set-up.ts';

const oneClick = { 'List-Unsubscribe': 'One-Click' };

describe('one click in a mail program', () => {
  it('ends the subscription of the user and of the address, without a page, a cookie or a redirect', async () => {
    const { links, post, subscribe, subscriptions, events } = setUp();
    await subscribe(user, { messenger: 'mail', address: user.address }, bare);
    const response = await post(links(user).unsubscribe, oneClick);
    expect(response.status).toBe(200);
    expect(response.redirected).toBe(false);
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await subscriptions()).toEqual(['news mail <bob@example.com>']);
    expect(events).toEqual([{ type: 'unsubscribed', messageType: 'news', ...user }]);
  });

  it('may come as multipart/form-data', async () => {
    const { ask, links, subscribe, subscriptions } = setUp();
    await subscribe(bare);
    const body = new FormData();
    body.set('List-Unsubscribe', 'One-Click');
    expect((await ask('POST', links(bare).unsubscribe, { body })).status).toBe(200);
    expect(await subscriptions()).toEqual([]);
  });

  it.each<[what: string, body: string]>([
    ['with a line end', 'List-Unsubscribe=One-Click\r\n'],
    ['after another value', 'List-Unsubscribe=Two-Click&List-Unsubscribe=One-Click'],
    ['before another value', 'List-Unsubscribe=One-Click&List-Unsubscribe='],
  ])('may come %s', async (_, body) => {
    const { ask, links, subscribe, subscriptions } = setUp();
    await subscribe(bare);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await ask('POST', links(bare).unsubscribe, { body, headers })).status).toBe(200);
    expect(await subscriptions()).toEqual([]);
  });

  it('may be repeated', async () => {
    const { links, post, subscribe } = setUp();
    await subscribe(bare);
    for (let time = 0; time < 2; time += 1) expect((await post(links(bare).unsubscribe, oneClick)).status).toBe(200);
  });

  it('does not change other types', async () => {
    const { links, post, subscribe, subscriptions } = setUp();
    await subscribe(user, { ...user, type: 'alerts', messenger: 'chat' });
    await post(links(user).unsubscribe, oneClick);
    expect(await subscriptions()).toEqual(['alerts chat 7']);
  });

  it('works for a type and a messenger that are no longer registered', async () => {
    const { links, post, subscribe, subscriptions } = setUp();
    const old = { messenger: 'pigeon', address: 'ann' };
    await subscribe({ ...old, type: 'old' });
    expect((await post(links(old, 'old').unsubscribe, oneClick)).status).toBe(200);
    expect(await subscriptions()).toEqual([]);
  });
});

describe('a request that nobody meant', () => {
  it.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])('does not unsubscribe by %s', async (method) => {
    const { ask, links, subscribe, subscriptions } = setUp();
    await subscribe(bare);
    await ask(method, links(bare).unsubscribe);
    await ask(method, as('resubscribe', links(bare).unsubscribe));
    await ask(method, as('api/unsubscribe', links(bare).unsubscribe));
    expect(await subscriptions()).toEqual(['news mail <bob@example.com>']);
  });

  it.each([
    ['nothing', {}],
    ['another value', { 'List-Unsubscribe': 'Two-Click' }],
    ['another form', { confirm: 'no' }],
  ])('does not unsubscribe by posting %s', async (_, fields) => {
    const { links, post, subscribe, subscriptions } = setUp();
    await subscribe(bare);
    expect((await post(links(bare).unsubscribe, fields)).status).toBe(400);
    expect(await subscriptions()).toEqual(['news mail <bob@example.com>']);
  });

  it.each<[what: string, init: RequestInit]>([
    ['JSON', { body: '{"List-Unsubscribe":"One-Click"}', headers: { 'content-type': 'application/json' } }],
    ['a broken form', { body: 'nonsense', headers: { 'content-type': 'multipart/form-data; boundary=x' } }],
    ['no body', {}],
  ])('is refused when it posts %s', async (_, init) => {
    const { ask, links } = setUp();
    expect((await ask('POST', links(bare).unsubscribe, init)).status).toBe(400);
  });

  it('is refused when its body never ends, and is read up to the limit', async () => {
    const { ask, links } = setUp();
    let read = 0;
    const pull = (controller: ReadableStreamDefaultController) => {
      read += 1;
      controller.enqueue(Buffer.alloc(65_536, 'x'));
    };
    const endless = (): RequestInit => ({
      body: new ReadableStream({ pull }),
      duplex: 'half',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect((await ask('POST', links(bare).unsubscribe, endless())).status).toBe(400);
    expect(read).toBeLessThan(10);
  });

  it('is not read without a good link', async () => {
    const { ask, links } = setUp();
    const body = new ReadableStream({ pull: () => expect.fail('read') }, { highWaterMark: 0 });
    expect((await ask('POST', `${links(bare).unsubscribe}A`, { body, duplex: 'half' })).status).toBe(404);
  });
});

describe('the page', () => {
  it('asks, unsubscribes, and subscribes again', async () => {
    const { get, links, post, subscribe, subscriptions } = setUp();
    await subscribe(user, { messenger: 'mail', address: user.address });
    const { unsubscribe } = links(user);

    const question = await (await get(unsubscribe)).text();
    expect(question).toContain('<h1>Unsubscribe?</h1>');
    expect(question).toContain('<bdi>News</bdi>');
    expect(question).toContain('<bdi>E-mail</bdi>: <bdi>ann@example.com</bdi>');
    expect(await subscriptions()).toHaveLength(2);

    const done = await (await post(...firstForm(question, unsubscribe))).text();
    expect(done).toContain('<h1>You are unsubscribed</h1>');
    expect(await subscriptions()).toEqual([]);

    const again = await post(...firstForm(done, unsubscribe));
    expect(again.status).toBe(200);
    expect(await again.text()).toContain('<h1>You are subscribed again</h1>');
    expect(await subscriptions()).toEqual(['news mail 7']);
  });

  it('does not offer to subscribe to a type that does not allow it', async () => {
    const { get, links, post, subscriptions } = setUp();
    const { unsubscribe } = links(bare, 'orders');
    const done = await (await post(unsubscribe, { confirm: 'yes' })).text();
    expect(done).toContain('You are unsubscribed');
    expect(done).not.toContain('<form');
    expect((await post(as('resubscribe', unsubscribe), { resubscribe: 'yes' })).status).toBe(400);
    expect(await (await get(unsubscribe)).text()).toContain('<h1>Unsubscribe?</h1>');
    expect(await subscriptions()).toEqual([]);
  });

  it('unsubscribes too after a reload of the page that subscribed again', async () => {
    const { get, links, post, subscribe, subscriptions } = setUp();
    await subscribe(user);
    const { unsubscribe } = links(user);
    const reloaded = await get(as('resubscribe', unsubscribe));
    expect(reloaded.status).toBe(303);
    expect(reloaded.headers.get('referrer-policy')).toBe('no-referrer');
    const to = new URL(reloaded.headers.get('location') ?? '', as('resubscribe', unsubscribe)).href;
    expect(to).toBe(unsubscribe);
    const question = await (await get(to)).text();
    expect(question).toContain('<h1>Unsubscribe?</h1>');
    const done = await post(...firstForm(question, to));
    expect(await done.text()).toContain('<h1>You are unsubscribed</h1>');
    expect(await subscriptions()).toEqual([]);
  });

  it.each([{}, { confirm: 'yes' }, { 'List-Unsubscribe': 'One-Click' }, { resubscribe: 'no' }])(
    'does not subscribe by another form: %j',
    async (fields: Record<string, string>) => {
      const { links, post, subscriptions } = setUp();
      expect((await post(as('resubscribe', links(bare).unsubscribe), fields)).status).toBe(400);
      expect(await subscriptions()).toEqual([]);
    },
  );

  it('does not unsubscribe by the form that subscribes again', async () => {
    const { links, post, subscribe, subscriptions } = setUp();
    await subscribe(user);
    expect((await post(links(user).unsubscribe, { resubscribe: 'yes' })).status).toBe(400);
    expect(await subscriptions()).toEqual(['news mail 7']);
  });

  it('without a subscription offers one, and ends messages that are sent without one', async () => {
    const { events, get, links, post, subscriptions } = setUp();
    const { unsubscribe } = links(user);
    const page = await (await get(unsubscribe)).text();
    expect(page).toContain('<h1>You are not subscribed</h1>');
    await post(...firstForm(page, unsubscribe));
    expect(await subscriptions()).toEqual(['news mail 7']);
    await post(...firstForm(page.slice(page.indexOf('</form>') + 1), unsubscribe));
    expect(await subscriptions()).toEqual([]);
    expect(events).toMatchObject([{ type: 'unsubscribed', messageType: 'news', ...user }]);
  });
});
