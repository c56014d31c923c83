import { createHash } from 'node:crypto';
import { defineMessageType, html, type PreferencesOptions } from '@sitemessage/core';
import { describe, expect, it } from 'vitest';
import type { Page } from '../src/index.ts';
import { languages, texts } from '../src/language.ts';
import { as, bare, setUp, url, user } from './set-up.ts';

const policy = (response: Response): string => response.headers.get('content-security-policy') ?? '';

/** Requests every page. */
async function everyPage(site: ReturnType<typeof setUp>): Promise<readonly Response[]> {
  const { get, links, post } = site;
  const { unsubscribe, preferences } = links(user);
  return [
    await get(unsubscribe),
    await post(unsubscribe, { confirm: 'yes' }),
    await post(as('resubscribe', unsubscribe), { resubscribe: 'yes' }),
    await get(unsubscribe),
    await post(unsubscribe),
    await get(preferences),
    await post(preferences, [['shown', 'news/mail']]),
    await post(preferences, [['shown', 'orders/mail']]),
    await get(`${unsubscribe}A`),
    await get(`${url}/nothing`),
    await get('https://example.com/elsewhere'),
  ];
}

describe('every page', () => {
  it('forbids caching, framing, scripts and a referrer', async () => {
    for (const response of await everyPage(setUp())) {
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'x-robots-tag': 'noindex, nofollow',
      });
      expect(policy(response)).toMatch(
        /^default-src 'none'; style-src 'sha256-[\w+/]+=*'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
      );
      expect(response.headers.has('set-cookie')).toBe(false);
      expect(await response.text()).not.toMatch(/<script|\son\w+=|javascript:|https?:/i);
    }
  });

  it('has one heading, which is its title, and a language', async () => {
    for (const response of await everyPage(setUp())) {
      const page = await response.text();
      const [, title] = /<title>(.+)<\/title>/.exec(page) ?? [];
      expect([...page.matchAll(/<h1>(.+)<\/h1>/g)].map(([, heading]) => heading)).toEqual([title]);
      expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
      // A screen reader reads a new page from its heading on, so a live region would repeat it.
      expect(page).not.toContain('role="status"');
    }
  });

  it('tells the outcome in its title', async () => {
    const titles = await Promise.all(
      (await everyPage(setUp())).map(async (response) => /<title>(.+)<\/title>/.exec(await response.text())?.[1]),
    );
    expect(titles).toEqual([
      'You are not subscribed',
      'You are unsubscribed',
      'You are subscribed again',
      'Unsubscribe?',
      'That did not work',
      'Your messages',
      'Your choice is saved',
      'Nothing was saved',
      'This link does not work',
      'This link does not work',
      'This link does not work',
    ]);
  });
});

describe('the language', () => {
  it.each<[header: string | undefined, language: string]>([
    [undefined, 'en'],
    ['de', 'de'],
    ['de-AT,de;q=0.9,en;q=0.8', 'de'],
    ['en;q=0.5, fr;q=0.9', 'fr'],
    ['pt-BR, es;q=0.4', 'es'],
    ['ja', 'en'],
    ['ru;q=0, de;q=0.1', 'de'],
    ['*', 'en'],
    [';;q=,,;q=x', 'en'],
    ['RU-ru', 'ru'],
  ])('for `Accept-Language: %s` is %s', async (header, language) => {
    const { get, links } = setUp();
    const response = await get(links(bare).unsubscribe, header === undefined ? {} : { 'accept-language': header });
    expect(response.headers.get('content-language')).toBe(language);
    expect(response.headers.get('vary')).toBe('accept-language');
    expect(await response.text()).toContain(`<html lang="${language}">`);
  });

  it('is that of the recipient when `locale` returns it', async () => {
    const { get, links } = setUp({ web: { locale: async ({ recipientId }) => (recipientId === '7' ? 'ru-RU' : undefined) } });
    const languageOf = async (link: string) => (await get(link, { 'accept-language': 'fr' })).headers.get('content-language');
    expect(await languageOf(links(user).preferences)).toBe('ru');
    expect(await languageOf(links(bare).preferences)).toBe('fr');
    expect(await languageOf(`${links(user).preferences}A`)).toBe('fr');
  });

  it.each(languages)('%s has every text, and shares none with English', (language) => {
    const flat = (given: object): string[] => Object.values(given).flatMap((value) => (typeof value === 'string' ? value : flat(value)));
    const words = flat(texts[language]);
    expect(words).toHaveLength(flat(texts.en).length);
    for (const word of words) expect(word.trim()).toBe(word);
    if (language !== 'en') expect(words.filter((word) => flat(texts.en).includes(word))).toEqual([]);
  });
});

describe('hostile titles and addresses', () => {
  const rightToLeft = '\u202e\u2067';
  const hostile = `</title></bdi><script>alert(1)</script><img src=x onerror=alert(1)>" onclick="alert(1)' style='x${rightToLeft}`;

  it('are inert in every page', async () => {
    const site = setUp({ title: hostile, messengerTitle: hostile });
    const { get, links, post } = site;
    const eve = { messenger: 'mail', address: hostile, recipientId: hostile };
    const { unsubscribe, preferences } = links(eve);
    const unknown = links({ messenger: hostile, address: hostile }, hostile).unsubscribe;
    const responses = [
      await get(unsubscribe),
      await post(unsubscribe, { confirm: 'yes' }),
      await post(as('resubscribe', unsubscribe), { resubscribe: 'yes' }),
      await get(preferences),
      await post(preferences, [
        ['shown', hostile],
        ['wanted', hostile],
      ]),
      await get(unknown),
      await post(unknown, { confirm: 'yes' }),
      await get(`${url}/unsubscribe/${encodeURIComponent(hostile)}`, { 'accept-language': hostile.slice(0, -2) }),
    ];
    let places = 0;
    for (const response of responses) {
      const page = await response.text();
      expect(page).not.toMatch(/<script|<img|<\/bdi><(?!\/strong|br|\/label|\/legend|\/p)|onclick="/);
      const body = page.slice(page.indexOf('</style>'));
      // Marks of direction stand inside `bdi`, so that they turn no other text.
      const rest = body.replace(/<bdi>[^<]*<\/bdi>/g, () => {
        places += 1;
        return '';
      });
      expect(rest).not.toContain(rightToLeft[0]);
    }
    expect(places).toBeGreaterThan(10);
  });

  it('are inert in the value of a box', async () => {
    const { get, links, site } = setUp();
    const render = { default: () => ({ text: 'Hi' }) };
    const alias = `"><script>alert(1)</script>/${rightToLeft}`;
    site.registerMessageTypes(defineMessageType({ alias, title: 'Eve', render }));
    const { preferences } = links(user);
    const page = await (await get(preferences)).text();
    expect(page).not.toContain('<script');
    const [value = ''] = [...page.matchAll(/name="shown" value="([^"]+)"/g)]
      .map(([, shown = '']) => shown)
      .filter((shown) => shown.includes('script'));
    expect(value).toMatch(/^[\w%()./-]+$/);
  });
});

describe('the design', () => {
  it('has variables that `styles` changes', async () => {
    const styles = ':root { --sm-accent: #a21caf }';
    const [plain, themed] = [setUp(), setUp({ web: { styles } })];
    const response = await themed.get(themed.links(user).preferences);
    expect(await response.text()).toContain(`${styles}</style>`);
    expect(policy(response)).not.toBe(policy(await plain.get(plain.links(user).preferences)));
  });

  it('of the page of preferences follows the option `preferences`', async () => {
    const preferences: PreferencesOptions = { messageFilter: (alias) => alias === 'news', titles: { mail: 'Post' } };
    const { ask, get, links } = setUp({ web: { preferences } });
    const page = await (await get(links(user).preferences)).text();
    expect(page.match(/<legend>/g)).toHaveLength(1);
    expect(page).toContain('<bdi>Post</bdi>');
    expect(await (await get(links(user).unsubscribe)).text()).toContain('<bdi>Post</bdi>: <bdi>ann@example.com</bdi>');
    const body = JSON.stringify([{ type: 'alerts', messenger: 'chat', isSubscribed: true }]);
    expect((await ask('PUT', as('api/preferences', links(user).preferences), { body })).status).toBe(409);
  });

  it.each(['\r\n', '\r'])('has the hash that the policy allows, with lines that end with %j', async (end) => {
    const { get, links } = setUp({ web: { styles: `h1 {${end}color: red${end}}` } });
    const response = await get(links(user).preferences);
    const [, printed = ''] = /<style>([\s\S]*)<\/style>/.exec(await response.text()) ?? [];
    expect(printed).toContain('h1 {\ncolor: red\n}');
    expect(printed).not.toContain('\r');
    expect(policy(response)).toContain(`'sha256-${createHash('sha256').update(printed).digest('base64')}'`);
  });

  it('of the page of preferences says that there is nothing to choose from', async () => {
    const { get, links } = setUp({ web: { preferences: { messageFilter: () => false } } });
    const page = await (await get(links(user).preferences)).text();
    expect(page).toContain('There is nothing to choose from.');
    expect(page).not.toContain('<form');
  });

  it('of the application gets the URLs that its forms post to', async () => {
    const shown: Page[] = [];
    const render = (page: Page) => {
      shown.push(page);
      return html`<p>${page.kind}</p>`;
    };
    const site = setUp({ web: { render } });
    const { get, links, post } = site;
    const { unsubscribe, preferences } = links(user);
    const to = { unsubscribe: new URL(unsubscribe).pathname, resubscribe: new URL(as('resubscribe', unsubscribe)).pathname };
    const absolute = (url: string | undefined) => url && new URL(url, unsubscribe).pathname;
    await site.subscribe(user);
    await get(unsubscribe);
    await post(unsubscribe, { confirm: 'yes' });
    await get(unsubscribe);
    await get(preferences);
    const urls = shown.map((page) => ({
      unsubscribe: absolute('unsubscribeUrl' in page ? page.unsubscribeUrl : undefined),
      resubscribe: absolute('resubscribeUrl' in page ? page.resubscribeUrl : undefined),
      preferences: absolute('preferencesUrl' in page ? page.preferencesUrl : undefined),
    }));
    expect(urls).toEqual([
      { unsubscribe: to.unsubscribe },
      { resubscribe: to.resubscribe },
      to,
      { preferences: new URL(preferences).pathname },
    ]);
  });

  it('of the application replaces every page, with the same headers and no script', async () => {
    const shown: Page[] = [];
    const render = async (page: Page) => {
      shown.push(page);
      return html`<p>${page.kind}</p>`;
    };
    const responses = await everyPage(setUp({ web: { render } }));
    const preferences = ['preferences', 'preferences', 'preferences'];
    const kinds = [
      'unsubscribe',
      'unsubscribed',
      'resubscribed',
      'unsubscribe',
      'refused',
      ...preferences,
      'invalid',
      'invalid',
      'invalid',
    ];
    expect(shown.map(({ kind }) => kind)).toEqual(kinds);
    for (const [index, response] of responses.entries()) {
      expect(await response.text()).toBe(`<p>${kinds[index]}</p>`);
      expect(policy(response)).toBe(
        "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      );
      expect(response.headers.get('x-frame-options')).toBe('DENY');
    }
  });
});
