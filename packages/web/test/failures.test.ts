import { createLinks } from '@sitemessage/core/links';
import type { Storage } from '@sitemessage/core/storage';
import { describe, expect, it, vi } from 'vitest';
import { createWebHandler, type WebOptions } from '../src/index.ts';
import { texts } from '../src/texts/texts.ts';
import { as, bare, secret, setUp } from './set-up.ts';

const outage = new Error('connect ECONNREFUSED db.internal:5432');

/** Counts what it is asked, and answers nothing. */
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

describe('when the storage is out', () => {
  it('people are told to try again, and the application is told why', async () => {
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

  it('a wrong link is told nothing else than before, and costs the storage nothing', async () => {
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

  it('the process is warned by default', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const { get, links } = setUp({ wrap: broken().wrap });
    await get(links(bare).unsubscribe);
    expect(warn.mock.calls).toEqual([[`A request for a link of a message failed: ${outage.message}`, 'SitemessageWarning']]);
  });
});

describe('what the application brings', () => {
  it.each<[what: string, web: Partial<WebOptions>]>([
    ['fails', { render: () => Promise.reject(outage) }],
    ['throws', { render: () => expect.fail('ECONNREFUSED') }],
    ['fails with what is no error', { render: () => Promise.reject('ECONNREFUSED') }],
    ['gives a text', { render: (() => '<p>Hi</p>') as never }],
    ['gives an object', { render: (() => ({})) as never }],
    ['gives nothing', { render: (() => undefined) as never }],
  ])('gets a page that says so, and a report, when `render` %s', async (_, web) => {
    const onError = vi.fn();
    const { get, links } = setUp({ web: { ...web, onError } });
    const response = await get(links(bare).unsubscribe, { 'accept-language': 'de' });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('60');
    expect(await response.text()).toContain(`<h1>${texts.de.failed.title}</h1>`);
    expect(onError).toHaveBeenCalledTimes(1);
    expect(String(onError.mock.calls[0]?.[0])).toMatch(
      /ECONNREFUSED|`render` must give what `html` makes, not (a string|an object|undefined)\./,
    );
  });

  it.each<[what: string, web: Partial<WebOptions>]>([
    ['fails', { locale: () => Promise.reject(outage) }],
    ['throws', { locale: () => expect.fail('ECONNREFUSED') }],
    ['gives a number', { locale: (() => 7) as never }],
    ['gives null', { locale: (() => null) as never }],
  ])('hides nothing that was done when `locale` %s', async (_, web) => {
    const onError = vi.fn();
    const { links, post, subscribe, subscriptions } = setUp({ web: { ...web, onError } });
    await subscribe(bare);
    const response = await post(links(bare).unsubscribe, { confirm: 'yes' });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain(`<h1>${texts.en.unsubscribed.title}</h1>`);
    expect(await subscriptions()).toEqual([]);
    expect(onError).toHaveBeenCalledTimes(1);
    expect(String(onError.mock.calls[0]?.[0])).toMatch(/ECONNREFUSED|`locale` must give a text or undefined, not (a number|null)\./);
  });

  it('may throw what is no error', async () => {
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

describe('a handler that is made wrong', () => {
  const { site } = setUp();

  it.each<[what: string, options: object | undefined, problem: string]>([
    ['no options', undefined, '`options` of createWebHandler are missing'],
    ['no secret', { secret: undefined }, '`secret` must be a text'],
    ['a short secret', { secret: 'hunter2' }, '`secret` must have 32 characters at least'],
    ['a misspelled option', { secret, baseUrl: '/' }, '`baseUrl` is no option of createWebHandler'],
    ['a relative path', { secret, basePath: 'messages' }, '`basePath` must be a path such as `/messages`.'],
    ['a path with a pattern', { secret, basePath: '/:messages' }, '`basePath` must be a path such as `/messages`.'],
    ['a URL for a path', { secret, basePath: 'https://example.com' }, '`basePath` must be a path such as `/messages`.'],
    ['styles with a tag', { secret, styles: '</style><script>' }, '`styles` must be CSS, without a tag.'],
    ['styles with a NUL', { secret, styles: 'h1 { color: red }\0' }, '`styles` must be text that HTML can hold'],
    ['styles with half a character', { secret, styles: 'h1::after { content: "\ud83d" }' }, '`styles` must be text that HTML can hold'],
    ['a text to render', { secret, render: '<p>' }, '`render` must be a function.'],
    ['preferences that are none', { secret, preferences: 7 }, '`preferences` must be an object'],
    ['preferences that are a list', { secret, preferences: [] }, '`preferences` must be an object'],
    ['a misspelled one of preferences', { secret, preferences: { msgFilter: 1 } }, '`preferences.msgFilter` is no option'],
    ['a filter that is none', { secret, preferences: { messageFilter: 1 } }, '`preferences.messageFilter` must be a function.'],
    ['titles that are none', { secret, preferences: { titles: 'Post' } }, '`preferences.titles` must be an object of texts.'],
    ['a title that is none', { secret, preferences: { titles: { mail: 7 } } }, '`preferences.titles` must be an object of texts.'],
    ['a machine without a clock', { secret, runtime: {} }, '`runtime` must have a `now`'],
    ['no machine', { secret, runtime: null }, '`runtime` must have a `now`'],
    ['a path with dots', { secret, basePath: '/a/../b' }, '`basePath` must be a path such as `/messages`.'],
    ['a path with a dot, in disguise', { secret, basePath: '/%2e/b' }, '`basePath` must be a path such as `/messages`.'],
    ['a path that is no text at all', { secret, basePath: '/%ff' }, '`basePath` must be a path such as `/messages`.'],
    ['a path with half a character', { secret, basePath: '/\ud83d' }, '`basePath` must be a path such as `/messages`.'],
  ])('is refused for %s', (_, options, problem) => {
    expect(() => createWebHandler(site, options as never)).toThrow(expect.objectContaining({ kind: 'configuration' }));
    expect(() => createWebHandler(site, options as never)).toThrow(problem);
  });

  it.each<[what: string, given: unknown, problem: string]>([
    ['no site', null, '`site` of createWebHandler must be what `createSitemessage` makes'],
    ['a text', 'site', '`site` of createWebHandler must be what `createSitemessage` makes'],
    ['half of one', { ...site, reportOutcome: undefined }, 'it has no `reportOutcome`'],
  ])('is refused for %s', (_, given, problem) => {
    expect(() => createWebHandler(given as never, { secret })).toThrow(expect.objectContaining({ kind: 'configuration' }));
    expect(() => createWebHandler(given as never, { secret })).toThrow(problem);
  });

  it.each(['/ü', '/%C3%BC', '/%c3%bc/', '/почта/日本'])('answers below %j as a URL has it', async (basePath) => {
    const url = new URL(basePath, 'https://example.com').href;
    const { unsubscribe } = createLinks({ url, secret })({ id: '1', messageId: '1', type: 'news', attempt: 1, ...bare });
    expect(unsubscribe).toMatch(/^[!-~]+$/);
    const handler = createWebHandler(site, { secret, basePath });
    expect((await handler(new Request(unsubscribe))).status).toBe(200);
    const api = unsubscribe.replace('/unsubscribe/', '/api/unsubscribe/');
    expect((await handler(new Request(`${api}A`))).headers.get('content-type')).toBe('application/json');
  });

  it.each(['/', '', undefined, '/a/b-c', '/messages/'])('answers below %j', async (basePath) => {
    const { links } = setUp();
    const handler = createWebHandler(site, { secret, ...(basePath !== undefined && { basePath }) });
    const link = links(bare).unsubscribe.replace('/messages', (basePath ?? '').replace(/\/$/, ''));
    expect((await handler(new Request(link))).status).toBe(200);
    expect((await handler(new Request(link.replace('example.com/', 'example.com/more/')))).status).toBe(404);
  });

  it('reads links that were signed with an older secret', async () => {
    const { links } = setUp();
    const handler = createWebHandler(site, { basePath: '/messages', secret: ['another-secret-that-nobody-guesses', secret] });
    expect((await handler(new Request(links(bare).unsubscribe))).status).toBe(200);
  });
});
