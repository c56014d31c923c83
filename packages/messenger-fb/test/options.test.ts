import { findSecret } from '@sitemessage/core/testing';
import { rejection, sandboxed } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { type FbOptions, fb } from '../src/index.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('fb');
const token = 'EAAcanary-token-0123456789';
const good = { pageId: '61550000000001', pageAccessToken: token } as const;

describe('a wrong option', () => {
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
    ['proxy', { proxy: `ftp://team:${token}@proxy:21` }],
  ])('is named and not shown: %s in %o', async (name, options) => {
    const error = await rejection(() => fb({ ...good, ...options } as FbOptions));
    expect(error).toMatchObject({
      name: 'ArgumentError',
      kind: 'configuration',
      code: 'option_invalid',
      field: name,
      message: expect.stringContaining(`\`${name}\` of fb must `),
    });
    expect(findSecret(error, [token])).toBeUndefined();
  });

  it('from a function `proxy` is refused when a session is opened', async () => {
    const expected = { name: 'ArgumentError', code: 'option_invalid', field: 'proxy' };
    expect(await rejection(sendOne(fb({ ...good, proxy: () => 'ftp://proxy:21' })))).toMatchObject(expected);
  });
});

describe('an option', () => {
  it('has a default', () => {
    expect(fb(good)).toMatchObject({ alias: 'fb', protocol: 'fb', title: 'Facebook', concurrency: 1, timeoutMs: 30_000 });
    expect(fb(good).limits).toBeUndefined();
  });

  it.each(['', '/', '//'])('`apiRoot` may end with %j', async (end) => {
    const { options } = running.sandbox.fb;
    await sendOne(fb({ ...options, apiRoot: `${options.apiRoot}${end}` }));
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });
});
