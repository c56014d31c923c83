import type { Storage } from '@sitemessage/core';
import { describe, expect, it, vi } from 'vitest';
import { createWebHandler, type WebOptions } from '../src/index.ts';
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
    subscriptions: { list: asked, has: async () => asked(), change: async () => asked() },
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
    ['`render`', { render: () => Promise.reject(outage) }],
    ['`locale`', { locale: () => Promise.reject(outage) }],
    ['`render`, with what is no error', { render: () => Promise.reject('ECONNREFUSED') }],
  ])('may fail: %s', async (_, web) => {
    const onError = vi.fn();
    const { get, links } = setUp({ web: { ...web, onError } });
    const response = await get(links(bare).unsubscribe);
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('ECONNREFUSED');
    expect(String(onError.mock.calls[0]?.[0])).toContain('ECONNREFUSED');
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
    ['a text to render', { secret, render: '<p>' }, '`render` must be a function.'],
  ])('is refused for %s', (_, options, problem) => {
    expect(() => createWebHandler(site, options as never)).toThrow(problem);
  });

  it.each(['/', '', '/a/b-c', '/messages/'])('answers below %j', async (basePath) => {
    const { links } = setUp();
    const handler = createWebHandler(site, { secret, ...(basePath !== '' && { basePath }) });
    const link = links(bare).unsubscribe.replace('/messages', basePath.replace(/\/$/, ''));
    expect((await handler(new Request(link))).status).toBe(200);
    expect((await handler(new Request(link.replace('example.com/', 'example.com/more/')))).status).toBe(404);
  });

  it('reads links that were signed with an older secret', async () => {
    const { links } = setUp();
    const handler = createWebHandler(site, { basePath: '/messages', secret: ['another-secret-that-nobody-guesses', secret] });
    expect((await handler(new Request(links(bare).unsubscribe))).status).toBe(200);
  });
});
