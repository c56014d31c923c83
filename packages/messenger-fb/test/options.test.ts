import { leak } from '@sitemessage/core/testing';
import { rejection, sandboxed } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { type FbOptions, fb } from '../src/index.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('fb');
const token = 'EAAcanary-token-0123456789';
const good = { pageId: '61550000000001', pageAccessToken: token } as const;

describe('an option that cannot work', () => {
  it.each<readonly [string, Readonly<Record<string, unknown>>]>([
    ['pageId', { pageId: undefined }],
    ['pageId', { pageId: '' }],
    ['pageId', { pageId: 'my.page' }],
    ['pageId', { pageId: '0' }],
    ['pageId', { pageId: 0 }],
    ['pageId', { pageId: 1.5 }],
    ['pageId', { pageId: 2 ** 60 }],
    ['pageId', { pageId: 61_550_000_000_001n }],
    ['pageAccessToken', { pageAccessToken: undefined }],
    ['pageAccessToken', { pageAccessToken: '' }],
    ['pageAccessToken', { pageAccessToken: 'abc' }],
    ['pageAccessToken', { pageAccessToken: `${token}\n` }],
    ['pageAccessToken', { pageAccessToken: `Bearer ${token}` }],
    ['pageAccessToken', { pageAccessToken: `${token}é` }],
    ['pageAccessToken', { pageAccessToken: 7 }],
    ['appSecret', { appSecret: '' }],
    ['appSecret', { appSecret: `${token} ` }],
    ['appSecret', { appSecret: null }],
    ['version', { version: '26.0' }],
    ['version', { version: 'v26' }],
    ['version', { version: 'v26.0/../v1.0' }],
    ['version', { version: 26 }],
    ['apiRoot', { apiRoot: 'graph.facebook.com' }],
    ['apiRoot', { apiRoot: 'ftp://graph.facebook.com' }],
    ['apiRoot', { apiRoot: `https://user:${token}@graph.facebook.com` }],
    ['apiRoot', { apiRoot: `https://graph.facebook.com/?access_token=${token}` }],
    ['apiRoot', { apiRoot: `https://graph.facebook.com/#${token}` }],
  ])('is refused by its name, and not shown: %s in %o', async (name, options) => {
    const error = await rejection(() => fb({ ...good, ...options } as FbOptions));
    expect(error).toMatchObject({ kind: 'configuration', code: 'fb_option', message: expect.stringContaining(`fb: \`${name}\` must `) });
    expect(leak(error, [token])).toBeUndefined();
  });

  it('such as a proxy is refused at once, and when a session is opened where a function gives it', async () => {
    const expected = { kind: 'configuration', code: 'option_invalid', message: expect.stringContaining('`proxy`') };
    expect(await rejection(() => fb({ ...good, proxy: 'ftp://proxy:21' }))).toMatchObject(expected);
    expect(await rejection(sendOne(fb({ ...good, proxy: () => 'ftp://proxy:21' })))).toMatchObject(expected);
  });
});

describe('an option', () => {
  it('has a default', () => {
    expect(fb(good)).toMatchObject({ alias: 'fb', protocol: 'fb', title: 'Facebook', concurrency: 1, timeoutMs: 30_000 });
    expect(fb(good).limits).toBeUndefined();
  });

  it.each(['', '/', '//'])('such as apiRoot may end with %j', async (end) => {
    const { options } = running.sandbox.fb;
    await sendOne(fb({ ...options, apiRoot: `${options.apiRoot}${end}` }));
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });
});
