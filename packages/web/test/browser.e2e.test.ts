import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type ServerType, serve } from '@hono/node-server';
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { WebOptions } from '../src/index.ts';
import { languages, texts } from '../src/language.ts';
import { as, setUp, url, user } from './set-up.ts';

const usualPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
// A path in CHROMIUM_PATH must exist. Otherwise every test fails, and none is skipped.
const executablePath = process.env.CHROMIUM_PATH || usualPaths.find((path) => existsSync(path)) || '';
const isThere = executablePath !== '';
if (!isThere) process.stdout.write(`Without a browser: CHROMIUM_PATH is not set, and none of these exists: ${usualPaths.join(', ')}.\n`);

/** Screenshots of the last run, for people to look at. */
const screenshots = join(import.meta.dirname, 'screenshots');
const views: readonly [name: string, options: BrowserContextOptions][] = [
  ['light', { colorScheme: 'light', viewport: { width: 1_024, height: 768 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1_024, height: 768 } }],
  ['light-phone', { colorScheme: 'light', viewport: { width: 320, height: 640 }, isMobile: true }],
  ['dark-phone', { colorScheme: 'dark', viewport: { width: 320, height: 640 }, isMobile: true }],
];

describe.runIf(isThere)('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    await rm(screenshots, { recursive: true, force: true });
    await mkdir(screenshots);
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];
    browser = await chromium.launch({ executablePath, args });
    return () => browser.close();
  });

  async function open(options: BrowserContextOptions, title = 'News', web: Partial<WebOptions> = {}) {
    const site = setUp({ title, web });
    const server = await new Promise<ServerType>((resolve) => {
      const started = serve({ fetch: site.handler, port: 0, hostname: '127.0.0.1' }, () => resolve(started));
    });
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const local = (link: string): string => link.replace(url, `http://127.0.0.1:${port}/messages`);
    const context = await browser.newContext(options);
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    const { unsubscribe, preferences } = site.links(user);
    return { ...site, page, problems, unsubscribe: local(unsubscribe), preferences: local(preferences), missing: local(`${unsubscribe}A`) };
  }

  it('people unsubscribe and subscribe again without JavaScript', async () => {
    const { page, unsubscribe, subscribe, subscriptions, problems } = await open({ javaScriptEnabled: false, locale: 'de-DE' });
    await subscribe(user);
    await page.goto(unsubscribe);
    expect(await page.title()).toBe(texts.de.unsubscribe.title);
    await page.getByRole('button', { name: texts.de.unsubscribe.button }).click();
    await page.getByRole('heading', { name: texts.de.unsubscribed.title }).waitFor();
    expect(await subscriptions()).toEqual([]);
    await page.getByRole('button', { name: texts.de.unsubscribed.button }).click();
    await page.getByRole('heading', { name: texts.de.resubscribed.title }).waitFor();
    expect(await subscriptions()).toEqual(['news mail 7']);
    expect(problems).toEqual([]);
  });

  it('the button unsubscribes, also after a reload of the page that subscribed again', async () => {
    const { page, unsubscribe, subscribe, subscriptions, problems } = await open({ javaScriptEnabled: false, locale: 'en' });
    await subscribe(user);
    await page.goto(as('resubscribe', unsubscribe));
    await page.getByRole('heading', { name: texts.en.unsubscribe.title }).waitFor();
    await page.getByRole('button', { name: texts.en.unsubscribe.button }).click();
    await page.getByRole('heading', { name: texts.en.unsubscribed.title }).waitFor();
    expect(await subscriptions()).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('styles work with every line end', async () => {
    const { page, preferences, problems } = await open({ locale: 'en' }, 'News', { styles: 'h1 {\r\n  color: rgb(1, 2, 3);\r}' });
    await page.goto(preferences);
    expect(await page.evaluate('getComputedStyle(document.querySelector("h1")).color')).toBe('rgb(1, 2, 3)');
    expect(problems).toEqual([]);
  });

  it('people choose by keyboard, without JavaScript', async () => {
    const { page, preferences, subscriptions, problems } = await open({ javaScriptEnabled: false, locale: 'en' });
    await page.goto(preferences);
    const box = page.getByRole('group', { name: 'Alerts' }).getByRole('checkbox', { name: 'Chat' });
    await box.focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: texts.en.preferences.saved }).waitFor();
    expect(await page.title()).toBe(texts.en.preferences.saved);
    expect(await box.isChecked()).toBe(true);
    expect(await subscriptions()).toEqual(['alerts chat 7']);
    expect(problems).toEqual([]);
  });

  it.each(views)('every page is accessible, and fits: %s', async (name, options) => {
    let isOffered = true;
    const { page, unsubscribe, preferences, missing, subscribe } = await open(
      { ...options, locale: 'en' },
      `News${' and more of it'.repeat(4)}${'!'.repeat(60)}`,
      { preferences: { messageFilter: (alias) => isOffered || alias === 'news' } },
    );
    await subscribe(user);
    const look = async (kind: string): Promise<void> => {
      await page.screenshot({ path: join(screenshots, `${kind}-${name}.png`), fullPage: true });
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${kind}: ${id} ${nodes[0]?.html}`)).toEqual([]);
      const { scrollWidth, clientWidth } = await page.evaluate<{ scrollWidth: number; clientWidth: number }>(
        '({ scrollWidth: document.documentElement.scrollWidth, clientWidth: document.documentElement.clientWidth })',
      );
      expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
    };
    await page.goto(unsubscribe);
    await look('unsubscribe');
    await page.getByRole('button').click();
    await look('unsubscribed');
    await page.goto(unsubscribe);
    await look('not-subscribed');
    await page.getByRole('button', { name: texts.en.notSubscribed.button, exact: true }).click();
    await look('resubscribed');
    await page.goto(preferences);
    await look('preferences');
    await page.getByRole('button').click();
    await look('saved');
    await page.goto(preferences);
    isOffered = false;
    await page.getByRole('button').click();
    await page.getByRole('heading', { name: texts.en.preferences.changed.title }).waitFor();
    await look('changed');
    await page.goto(missing);
    await look('invalid');
  });

  it.each(languages)('the page of preferences is accessible in %s', async (language) => {
    const { page, preferences } = await open({ locale: language });
    await page.goto(preferences);
    expect(await page.title()).toBe(texts[language].preferences.title);
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  });

  it('a title with code does not run it', async () => {
    const title = '<img src=x onerror="document.title=1"></bdi></p><script>document.title=1</script>';
    const { page, unsubscribe, problems } = await open({ locale: 'en' }, title);
    await page.goto(unsubscribe);
    expect(await page.title()).toBe(texts.en.notSubscribed.title);
    expect(await page.getByText(title).count()).toBe(1);
    expect(problems).toEqual([]);
  });
});
