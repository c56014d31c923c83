import { leak } from '@sitemessage/core/testing';
import { rejection } from '@sitemessage/trials';
import { describe, expect, it, vi } from 'vitest';
import { checkProxy, isHttpUrl, jsonObject, type ProxyOption, readBaseUrl } from '../src/index.ts';
import { opened } from './opened.ts';

const secret = 'hunter2-password';

describe('a proxy', () => {
  it.each([
    'proxy.example.com',
    `ftp://shop:${secret}@proxy.example.com:21`,
    { http: 'socks5://proxy.example.com:1080', https: `socks5://shop:${secret}@proxy.example.com` },
    { ftp: 'socks5://proxy.example.com:1080' },
    7,
    null,
  ])('that createHttp would refuse is refused before: %j', async (proxy) => {
    const error = await rejection(() => checkProxy(proxy as ProxyOption));
    expect(error).toMatchObject({ kind: 'configuration', code: 'http_option', message: expect.stringMatching(/^http: `proxy` .*\.$/) });
    expect(leak(error, [secret])).toBeUndefined();
  });

  it.each([undefined, `socks5://shop:${secret}@proxy.example.com:1080`, {}, { http: 'http://proxy.example.com' }])(
    'that works is taken: %j',
    (proxy) => {
      expect(() => checkProxy(proxy)).not.toThrow();
    },
  );

  it('of a function is not asked for', () => {
    const pick = vi.fn(() => 'not a proxy');
    checkProxy(pick);
    expect(pick).not.toHaveBeenCalled();
  });
});

describe('where an API is', () => {
  const read = (given: unknown) => readBaseUrl(given, (problem) => new RangeError(`apiRoot ${problem}`));

  it.each(['https://api.example.com', 'https://api.example.com/', 'https://api.example.com//'])('has no slash at its end: %s', (given) => {
    expect(read(given)).toBe('https://api.example.com');
  });

  it('keeps its path, and its port', () => {
    expect(read('http://127.0.0.1:8081/v1/')).toBe('http://127.0.0.1:8081/v1');
  });

  it.each([
    [undefined, 'an http or https URL'],
    ['api.example.com', 'an http or https URL'],
    ['ftp://api.example.com', 'an http or https URL'],
    [`https://shop:${secret}@api.example.com`, 'no user and password'],
    [`https://api.example.com/?token=${secret}`, 'end with its path'],
    [`https://api.example.com/#${secret}`, 'end with its path'],
  ])('is refused in the words of whoever asks, and not shown: %s', async (given, problem) => {
    const error = await rejection(() => read(given));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toMatch(new RegExp(`^apiRoot must .*${problem}`));
    expect(error.message).not.toContain(secret);
  });
});

describe('a link', () => {
  it.each([
    ['https://example.com/7?a=b', true],
    ['HTTP://example.com', true],
    ['', false],
    [' https://example.com', false],
    ['https://exa mple.com', false],
    ['https://', false],
    ['ftp://example.com', false],
    ['example.com', false],
    ['See https://example.com', false],
  ])('%j is one: %s', (text, expected) => {
    expect(isHttpUrl(text)).toBe(expected);
  });
});

describe('the JSON of a reply', () => {
  it.each([
    ['{"ok":true}', { ok: true }],
    ['[7]', [7]],
    ['7', undefined],
    ['null', undefined],
    ['"text"', undefined],
    ['<html>', undefined],
    ['', undefined],
  ])('%s is %j', (text, expected) => {
    expect(jsonObject(text)).toEqual(expected);
  });

  it('is nested 100 levels deep at most, and brackets within strings do not count', () => {
    const nested = (levels: number): string => `{"a":${'['.repeat(levels - 1)}"[[\\"[[{"${']'.repeat(levels - 1)}}`;
    expect(jsonObject(nested(100))).toHaveProperty('a');
    expect(jsonObject(nested(101))).toBeUndefined();
    expect(jsonObject(`${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`)).toBeUndefined();
  });
});

describe('an excerpt', () => {
  it('has 300 characters at most, and no secret, nor half of one', () => {
    using http = opened({ baseUrl: 'https://api.example.com', secrets: [secret] });
    expect(http.excerpt('busy')).toBe('busy');
    expect(http.excerpt('x'.repeat(1_000))).toBe('x'.repeat(300));
    for (const count of [0, 290, 299]) expect(http.excerpt(`${'x'.repeat(count)}${secret}`)).not.toContain('h');
  });
});
