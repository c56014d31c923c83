import { findSecret } from '@sitemessage/core/testing';
import { rejection, sandboxed } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { type VkOptions, vk } from '../src/index.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('vk');
const accessToken = 'vk1.a.canary-token-0123456789';

describe('a wrong option', () => {
  it.each<readonly [string, Record<string, unknown>]>([
    ['accessToken', { accessToken: undefined }],
    ['accessToken', { accessToken: '' }],
    ['accessToken', { accessToken: 'too-short' }],
    ['accessToken', { accessToken: `${accessToken}\n` }],
    ['accessToken', { accessToken: `Bearer ${accessToken}` }],
    ['accessToken', { accessToken: 7 }],
    ['version', { version: '5' }],
    ['version', { version: 'v5.199' }],
    ['version', { version: 5.199 }],
    ['apiRoot', { apiRoot: 'api.vk.ru' }],
    ['apiRoot', { apiRoot: 'ftp://api.vk.ru' }],
    ['apiRoot', { apiRoot: `https://user:${accessToken}@api.vk.ru` }],
    ['apiRoot', { apiRoot: `https://api.vk.ru/?access_token=${accessToken}` }],
    ['requestsPerSecond', { requestsPerSecond: 0 }],
    ['requestsPerSecond', { requestsPerSecond: -3 }],
    ['requestsPerSecond', { requestsPerSecond: Number.NaN }],
    ['requestsPerSecond', { requestsPerSecond: 1_001 }],
    ['requestsPerSecond', { requestsPerSecond: '3' }],
    ['proxy', { proxy: `ftp://team:${accessToken}@proxy:21` }],
  ])('is named and not shown: %s in %j', async (name, options) => {
    const error = await rejection(() => vk({ accessToken, ...options } as VkOptions));
    expect(error).toMatchObject({
      name: 'ArgumentError',
      kind: 'configuration',
      code: 'option_invalid',
      field: name,
      message: expect.stringContaining(`\`${name}\` of vk must `),
    });
    expect(findSecret(error, [accessToken])).toBeUndefined();
  });

  it('from a function `proxy` is refused when a session is opened', async () => {
    const expected = { name: 'ArgumentError', code: 'option_invalid', field: 'proxy' };
    expect(await rejection(sendOne(vk({ accessToken, proxy: () => 'ftp://proxy:21' })))).toMatchObject(expected);
  });
});

describe('an option', () => {
  it('has a default', () => {
    expect(vk({ accessToken })).toMatchObject({ alias: 'vk', protocol: 'vk', title: 'VK', concurrency: 2, timeoutMs: 30_000 });
  });

  it.each(['', '/', '//'])('`apiRoot` may end with %j', async (end) => {
    const { options } = running.sandbox.vk;
    await sendOne(vk({ ...options, apiRoot: `${options.apiRoot}${end}` }));
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });

  it('`version` is sent with every request', async () => {
    await sendOne(vk({ ...running.sandbox.vk.options, version: '5.131' }));
    expect(new URLSearchParams(running.sandbox.inbox.all()[0]?.raw).get('v')).toBe('5.131');
  });
});

describe('the limits', () => {
  const limitsOf = (options: Partial<VkOptions>) => vk({ accessToken, ...options }).limits?.('12345');

  it('are 3 requests a second, or `requestsPerSecond`', () => {
    expect(limitsOf({})).toEqual([{ key: expect.stringMatching(/^vk [0-9a-f]{8}$/), intervalMs: 334, burst: 1 }]);
    expect(limitsOf({ requestsPerSecond: 20 })).toMatchObject([{ intervalMs: 50, burst: 1 }]);
    expect(limitsOf({ requestsPerSecond: 0.5 })).toMatchObject([{ intervalMs: 2_000, burst: 1 }]);
    expect(vk({ accessToken, requestsPerSecond: 20 }).concurrency).toBe(10);
  });

  it('are shared by messengers with the same token, under any alias', () => {
    expect(limitsOf({})).toEqual([{ key: 'vk 27abc672', intervalMs: 334, burst: 1 }]);
    expect(vk({ accessToken, alias: 'news' }).limits?.('peer:7')).toEqual(limitsOf({}));
    expect(limitsOf({ accessToken: `${accessToken}0` })).not.toEqual(limitsOf({}));
  });
});
