import { findSecret } from '@sitemessage/core/testing';
import { rejection, sandboxed } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { type VkOptions, vk } from '../src/index.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('vk');
const accessToken = 'vk1.a.canary-token-0123456789';

describe('an option that cannot work', () => {
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
  ])('is refused by its name, and not shown: %s in %j', async (name, options) => {
    const error = await rejection(() => vk({ accessToken, ...options } as VkOptions));
    expect(error).toMatchObject({ kind: 'configuration', code: 'vk_option', message: expect.stringContaining(`\`${name}\``) });
    expect(findSecret(error, [accessToken])).toBeUndefined();
  });

  it('such as a proxy is refused at once, and when a session is opened where a function gives it', async () => {
    const expected = { kind: 'configuration', code: 'option_invalid', message: expect.stringContaining('`proxy`') };
    expect(await rejection(() => vk({ accessToken, proxy: 'ftp://proxy:21' }))).toMatchObject(expected);
    expect(await rejection(sendOne(vk({ accessToken, proxy: () => 'ftp://proxy:21' })))).toMatchObject(expected);
  });
});

describe('an option', () => {
  it('has a default', () => {
    expect(vk({ accessToken })).toMatchObject({ alias: 'vk', protocol: 'vk', title: 'VK', concurrency: 2, timeoutMs: 30_000 });
  });

  it.each(['', '/', '//'])('such as apiRoot may end with %j', async (end) => {
    const { options } = running.sandbox.vk;
    await sendOne(vk({ ...options, apiRoot: `${options.apiRoot}${end}` }));
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });

  it('such as version goes along with every request', async () => {
    await sendOne(vk({ ...running.sandbox.vk.options, version: '5.131' }));
    expect(new URLSearchParams(running.sandbox.inbox.all()[0]?.raw).get('v')).toBe('5.131');
  });
});

describe('the limits', () => {
  const limitsOf = (options: Partial<VkOptions>) => vk({ accessToken, ...options }).limits?.('12345');

  it('are those of the token: 3 a second, or what is given', () => {
    expect(limitsOf({})).toEqual([{ key: expect.stringMatching(/^vk [0-9a-f]{8}$/), intervalMs: 334, burst: 1 }]);
    expect(limitsOf({ requestsPerSecond: 20 })).toMatchObject([{ intervalMs: 50, burst: 1 }]);
    expect(limitsOf({ requestsPerSecond: 0.5 })).toMatchObject([{ intervalMs: 2_000, burst: 1 }]);
    expect(vk({ accessToken, requestsPerSecond: 20 }).concurrency).toBe(10);
  });

  it('are shared by all who use the token, under whatever alias, and by nobody else', () => {
    expect(limitsOf({})).toEqual([{ key: 'vk 27abc672', intervalMs: 334, burst: 1 }]);
    expect(vk({ accessToken, alias: 'news' }).limits?.('peer:7')).toEqual(limitsOf({}));
    expect(limitsOf({ accessToken: `${accessToken}0` })).not.toEqual(limitsOf({}));
  });
});
