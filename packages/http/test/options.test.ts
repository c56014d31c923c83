import { findSecret } from '@sitemessage/core/testing';
import { rejection } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { createHttp, type HttpOptions } from '../src/index.ts';

const baseUrl = 'https://api.example.com/v1';
const secret = 'hunter2-password';
const long = 'x'.repeat(256);

/** [the option that the error names, the options] */
const wrong: readonly (readonly [string, object])[] = [
  ['options', undefined as unknown as object],
  ['options', null as unknown as object],
  ['options', baseUrl as unknown as object],
  ['options', [baseUrl]],
  ['timeout', { baseUrl, timeout: 5 }],
  ['proxies', { baseUrl, proxies: { https: `socks5://shop:${secret}@proxy.example.com:1080` } }],
  ['token', { baseUrl, token: undefined }],
  ['baseUrl', {}],
  ['baseUrl', { baseUrl: '' }],
  ['baseUrl', { baseUrl: 7 }],
  ['baseUrl', { baseUrl: 'api.example.com' }],
  ['baseUrl', { baseUrl: 'ftp://api.example.com' }],
  ['baseUrl', { baseUrl: `https://shop:${secret}@api.example.com` }],
  ['baseUrl', { baseUrl: `https://${secret}@api.example.com` }],
  ['baseUrl', { baseUrl: `${baseUrl}?token=${secret}` }],
  ['baseUrl', { baseUrl: `${baseUrl}#${secret}` }],
  ['timeoutMs', { baseUrl, timeoutMs: 0 }],
  ['timeoutMs', { baseUrl, timeoutMs: -1 }],
  ['timeoutMs', { baseUrl, timeoutMs: 1.5 }],
  ['timeoutMs', { baseUrl, timeoutMs: Number.NaN }],
  ['timeoutMs', { baseUrl, timeoutMs: Number.POSITIVE_INFINITY }],
  ['timeoutMs', { baseUrl, timeoutMs: 2 ** 31 }],
  ['timeoutMs', { baseUrl, timeoutMs: '30' }],
  ['timeoutMs', { baseUrl, timeoutMs: null }],
  ['secrets', { baseUrl, secrets: secret }],
  ['secrets', { baseUrl, secrets: [secret, 7] }],
  ['secrets', { baseUrl, secrets: { token: secret } }],
  ['secrets', { baseUrl, secrets: () => secret }],
  ['fetch', { baseUrl, fetch: secret }],
  ['proxy', { baseUrl, proxy: '' }],
  ['proxy', { baseUrl, proxy: 7 }],
  ['proxy', { baseUrl, proxy: null }],
  ['proxy', { baseUrl, proxy: secret }],
  ['proxy', { baseUrl, proxy: `shop:${secret}@proxy.example.com:1080` }],
  ['proxy', { baseUrl, proxy: `ftp://shop:${secret}@proxy.example.com:1080` }],
  ['proxy', { baseUrl, proxy: `socks4://shop:${secret}@proxy.example.com:1080` }],
  ['proxy', { baseUrl, proxy: `socks5://shop:${secret}@proxy.example.com` }],
  ['proxy', { baseUrl, proxy: `socks5://shop:${secret}@:1080` }],
  ['proxy', { baseUrl, proxy: `socks5://shop:${secret}@proxy.example.com:99999` }],
  ['proxy', { baseUrl, proxy: `http://shop:${secret}%@proxy.example.com:3128` }],
  ['proxy', { baseUrl, proxy: `http://shop%ff:${secret}@proxy.example.com:3128` }],
  ['proxy', { baseUrl, proxy: `socks5://${long}:${secret}@proxy.example.com:1080` }],
  ['proxy', { baseUrl, proxy: `socks5://shop:${secret}${long}@proxy.example.com:1080` }],
  ['proxy', { baseUrl, proxy: `http://shop:${secret}@proxy.example.com:3128/${secret}` }],
  ['proxy', { baseUrl, proxy: `socks5://shop:${secret}@proxy.example.com:1080/${secret}` }],
  ['proxy', { baseUrl, proxy: `http://proxy.example.com:3128?password=${secret}` }],
  ['proxy', { baseUrl, proxy: `socks5://proxy.example.com:1080/#${secret}` }],
  ['proxy', { baseUrl, proxy: { https: `shop:${secret}@proxy.example.com` } }],
  ['proxy', { baseUrl, proxy: { http: `shop:${secret}@proxy.example.com` } }],
  ['proxy', { baseUrl, proxy: { socks: `socks5://shop:${secret}@proxy.example.com:1080` } }],
  ['proxy', { baseUrl, proxy: { https: { https: `socks5://shop:${secret}@proxy.example.com:1080` } } }],
  ['proxy', { baseUrl, proxy: [`socks5://shop:${secret}@proxy.example.com:1080`] }],
  ['proxy', { baseUrl, proxy: new URL(`socks5://shop:${secret}@proxy.example.com:1080`) }],
  ['proxy', { baseUrl, proxy: () => secret }],
  ['proxy', { baseUrl, proxy: () => () => secret }],
  ['proxy', { baseUrl, proxy: async () => `socks5://shop:${secret}@proxy.example.com:1080` }],
];

describe('a wrong option', () => {
  it.each(wrong)('%s is named in the error, which shows no secret: %j', async (name, options) => {
    const error = await rejection(() => createHttp(options as HttpOptions));
    const code = ['timeout', 'proxies', 'token'].includes(name) ? 'option_unknown' : 'option_invalid';
    expect(error).toMatchObject({ kind: 'configuration', code, field: name });
    expect(error.message).toMatch(new RegExp(`^\`${name}\` (of|is not an option of) createHttp.*\\.$`));
    expect(findSecret(error, [secret])).toBeUndefined();
  });
});

describe('a right option', () => {
  it.each([
    {},
    { baseUrl: 'http://127.0.0.1:8080' },
    { baseUrl: new URL(baseUrl) },
    { timeoutMs: 1 },
    { timeoutMs: 2 ** 31 - 1 },
    { timeoutMs: undefined, proxy: undefined, secrets: undefined, fetch: undefined },
    { secrets: [undefined, '', secret] },
    { secrets: () => [undefined, '', secret] },
    { proxy: 'socks5://proxy.example.com:1080' },
    { proxy: `socks5h://shop:${secret}@[::1]:1080` },
    { proxy: 'http://proxy.example.com' },
    { proxy: 'http://proxy.example.com:3128/' },
    { proxy: 'socks5://proxy.example.com:1080/' },
    { proxy: `https://shop:${encodeURIComponent('p@ss/w:rd%')}@proxy.example.com` },
    { proxy: {} },
    { proxy: { http: undefined, https: 'socks5://proxy.example.com:1080' } },
    { proxy: () => undefined },
  ])('is accepted: %j', (options) => {
    createHttp({ baseUrl, ...(options as Partial<HttpOptions>) }).close();
  });

  it('shows no secret on the instance', () => {
    const http = createHttp({ baseUrl: `${baseUrl}/bot${secret}`, proxy: `socks5://shop:${secret}@127.0.0.1:1`, secrets: [secret] });
    expect(findSecret(http, [secret])).toBeUndefined();
    http.close();
  });
});
