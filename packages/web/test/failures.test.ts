import { createLinks } from '@sitemessage/core/links';
import type { Storage } from '@sitemessage/core/storage';
import { describe, expect, it, vi } from 'vitest';
import { createWebHandler, type WebOptions } from '../src/index.ts';
import { texts } from '../src/language.ts';
import { as, bare, secret, setUp } from './set-up.ts';

const outage = new Error('connect ECONNREFUSED db.internal:5432');

/** Wraps a storage so that each call is counted and fails. */
function broken() {
  const asked = vi.fn(() => {
    throw outage;
  });
  const wrap = (storage: Storage): Storage => ({
    ...storage,
    migrate: async () => asked(),
    subscriptions: { list: asked, splitPoints: asked, has: async () => asked(), change: async () => asked() },
  });
  return { asked, wrap };
}

describe('when the storage fails', () => {
  it('people are asked to try again, and `onError` gets the error', async () => {
    const onError = vi.fn();
    const { wrap } = broken();
    const { get, post, links } = setUp({ wrap, web: { onError } });
    const { unsubscribe, preferences } = links(bare);
    const responses = [
      await get(unsubscribe),
      await post(unsubscribe, { 'List-Unsubscribe': 'One-Click' }),
      await post(unsubscribe, { confirm: 'yes' }),
      await get(preferences),
      await get(as('api/preferences', preferences)),
    ];
    for (const response of responses) {
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('60');
      expect(await response.text()).not.toMatch(/ECONNREFUSED|internal/);
    }
    expect(onError.mock.calls).toEqual(responses.map(() => [outage]));
  });

  it('a wrong link gets 404 as always, without a call of the storage', async () => {
    const { asked, wrap } = broken();
    const { get, post, links } = setUp({ wrap });
    const { unsubscribe, preferences } = links(bare);
    for (const link of [
      `${unsubscribe}A`,
      as('preferences', unsubscribe),
      as('unsubscribe', preferences),
      as('api/preferences', unsubscribe),
    ]) {
      expect((await get(link)).status).toBe(404);
      if (!link.includes('/api/')) expect((await post(link, { confirm: 'yes' })).status).toBe(404);
    }
    expect(asked).not.toHaveBeenCalled();
  });

  it('the process gets a warning by default', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const { get, links } = setUp({ wrap: broken().wrap });
    await get(links(bare).unsubscribe);
    expect(warn.mock.calls).toEqual([[`A request for a link of a message failed: ${outage.message}`, 'SitemessageWarning']]);
  });
});

describe('a function of the application', () => {
  it.each<[how: string, web: Partial<WebOptions>]>([
    ['rejects', { render: () => Promise.reject(outage) }],
    ['throws', { render: () => expect.fail('ECONNREFUSED') }],
    ['rejects with a string', { render: () => Promise.reject('ECONNREFUSED') }],
    ['returns a string', { render: (() => '<p>Hi</p>') as never }],
    ['returns an object', { render: (() => ({})) as never }],
    ['returns nothing', { render: (() => undefined) as never }],
  ])('is replaced by the page of a failure, and reported, when `render` %s', async (_, web) => {
    const onError = vi.fn();
    const { get, links } = setUp({ web: { ...web, onError } });
    const response = await get(links(bare).unsubscribe, { 'accept-language': 'de' });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('60');
    expect(await response.text()).toContain(`<h1>${texts.de.failed.title}</h1>`);
    expect(onError).toHaveBeenCalledTimes(1);
    expect(String(onError.mock.calls[0]?.[0])).toMatch(
      /ECONNREFUSED|`render` must return a value of `html`, not (a string|an object|undefined)\./,
    );
  });

  it.each<[how: string, web: Partial<WebOptions>]>([
    ['rejects', { locale: () => Promise.reject(outage) }],
    ['throws', { locale: () => expect.fail('ECONNREFUSED') }],
    ['returns a number', { locale: (() => 7) as never }],
    ['returns null', { locale: (() => null) as never }],
  ])('is reported, and the request succeeds, when `locale` %s', async (_, web) => {
    const onError = vi.fn();
    const { links, post, subscribe, subscriptions } = setUp({ web: { ...web, onError } });
    await subscribe(bare);
    const response = await post(links(bare).unsubscribe, { confirm: 'yes' });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain(`<h1>${texts.en.unsubscribed.title}</h1>`);
    expect(await subscriptions()).toEqual([]);
    expect(onError).toHaveBeenCalledTimes(1);
    expect(String(onError.mock.calls[0]?.[0])).toMatch(/ECONNREFUSED|`locale` must return a string or undefined, not (a number|null)\./);
  });

  it('may throw a string', async () => {
    const onError = vi.fn();
    const messageFilter = () => {
      throw 'ECONNREFUSED';
    };
    const { get, links } = setUp({ web: { preferences: { messageFilter }, onError } });
    const response = await get(links(bare).preferences);
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('ECONNREFUSED');
    expect(onError.mock.calls).toEqual([['ECONNREFUSED']]);
  });
});

describe('a wrong argument of createWebHandler', () => {
  const { site } = setUp();
  const path = 'must be a path such as `/messages`.';
  const html = 'holds a NUL or half of a surrogate pair, which HTML cannot hold.';
  const aFunction = (given: string) => `must be a function, not ${given}.`;

  it.each<[field: string, options: object | undefined, problem: string]>([
    ['options', undefined, 'must be an object, not undefined.'],
    ['basePath', { basePath: 'messages' }, path],
    ['basePath', { basePath: '/:messages' }, path],
    ['basePath', { basePath: 'https://example.com' }, path],
    ['basePath', { basePath: '/a/../b' }, path],
    ['basePath', { basePath: '/%2e/b' }, path],
    ['basePath', { basePath: '/%ff' }, path],
    ['basePath', { basePath: '/\ud83d' }, path],
    ['basePath', { basePath: null }, path],
    ['styles', { styles: '</style><script>' }, 'must be CSS, without a tag.'],
    ['styles', { styles: 7 }, 'must be CSS, without a tag.'],
    ['styles', { styles: 'h1 { color: red }\0' }, html],
    ['styles', { styles: 'h1::after { content: "\ud83d" }' }, html],
    ['render', { render: '<p>' }, aFunction('a string')],
    ['locale', { locale: 'de' }, aFunction('a string')],
    ['onError', { onError: 7 }, aFunction('a number')],
    ['preferences', { preferences: 7 }, 'must be an object with `messageFilter`, `messengerFilter` and `titles`.'],
    ['preferences', { preferences: [] }, 'must be an object with `messageFilter`, `messengerFilter` and `titles`.'],
    ['preferences.messageFilter', { preferences: { messageFilter: 1 } }, aFunction('a number')],
    ['preferences.titles', { preferences: { titles: 'Post' } }, 'must be an object of strings.'],
    ['preferences.titles', { preferences: { titles: { mail: 7 } } }, 'must be an object of strings.'],
    ['runtime', { runtime: {} }, 'must have a `now`, as `fakeRuntime()` has.'],
    ['runtime', { runtime: null }, 'must have a `now`, as `fakeRuntime()` has.'],
  ])('is named: %s in %j', (field, options, problem) => {
    const error = { kind: 'configuration', code: 'option_invalid', field, message: `\`${field}\` of createWebHandler ${problem}` };
    expect(() => createWebHandler(site, (options && { secret, ...options }) as never)).toThrow(expect.objectContaining(error));
  });

  it.each([
    ['baseUrl', { baseUrl: '/' }],
    ['preferences.msgFilter', { preferences: { msgFilter: 1 } }],
  ])('is named when it is misspelled: %s', (field, options) => {
    const message = expect.stringContaining(`\`${field}\` is not an option of createWebHandler.`);
    const error = { kind: 'configuration', code: 'option_unknown', field, message };
    expect(() => createWebHandler(site, { secret, ...options } as never)).toThrow(expect.objectContaining(error));
  });

  it.each([undefined, '', 'hunter2-hunter2'])('is named when it is the secret, which is not shown: %j', (given) => {
    const create = () => createWebHandler(site, { secret: given } as never);
    expect(create).toThrow(expect.objectContaining({ kind: 'configuration', message: expect.stringContaining('`secret`') }));
    expect(create).not.toThrow('hunter2');
  });

  it.each<[how: string, given: unknown, method: string]>([
    ['null', null, 'unsubscribeRecipient'],
    ['a string', 'site', 'unsubscribeRecipient'],
    ['a part of one', { ...site, reportOutcome: undefined }, 'reportOutcome'],
  ])('is named when the site is %s', (_, given, method) => {
    const message = `\`site\` of createWebHandler has no method \`${method}\`. Pass what \`createSitemessage\` returns.`;
    const error = { kind: 'configuration', code: 'argument_invalid', field: 'site', message };
    expect(() => createWebHandler(given as never, { secret })).toThrow(expect.objectContaining(error));
  });
});

describe('basePath', () => {
  const { site } = setUp();

  it.each(['/ü', '/%C3%BC', '/%c3%bc/', '/почта/日本'])('may be %j, percent-encoded or not', async (basePath) => {
    const url = new URL(basePath, 'https://example.com').href;
    const { unsubscribe } = createLinks({ url, secret })({ id: '1', messageId: '1', type: 'news', attempt: 1, ...bare });
    expect(unsubscribe).toMatch(/^[!-~]+$/);
    const handler = createWebHandler(site, { secret, basePath });
    expect((await handler(new Request(unsubscribe))).status).toBe(200);
    const api = unsubscribe.replace('/unsubscribe/', '/api/unsubscribe/');
    expect((await handler(new Request(`${api}A`))).headers.get('content-type')).toBe('application/json');
  });

  it.each(['/', '', undefined, '/a/b-c', '/messages/'])('may be %j', async (basePath) => {
    const { links } = setUp();
    const handler = createWebHandler(site, { secret, ...(basePath !== undefined && { basePath }) });
    const link = links(bare).unsubscribe.replace('/messages', (basePath ?? '').replace(/\/$/, ''));
    expect((await handler(new Request(link))).status).toBe(200);
    expect((await handler(new Request(link.replace('example.com/', 'example.com/more/')))).status).toBe(404);
  });
});

describe('secret', () => {
  it('may be a list: links signed with an older one are read', async () => {
    const { site, links } = setUp();
    const handler = createWebHandler(site, { basePath: '/messages', secret: ['another-secret-that-nobody-guesses', secret] });
    expect((await handler(new Request(links(bare).unsubscribe))).status).toBe(200);
  });
});
