import { findSecret } from '@sitemessage/core/testing';
import { rejection } from '@sitemessage/test-support';
import { describe, expect, it, vi } from 'vitest';
import { checkBaseUrl, checkProxy, createHttp, isHttpUrl, jsonObject, normalizeBaseUrl, type ProxyOption } from '../src/index.ts';
import { opened } from './opened.ts';

const secret = 'hunter2-password';

describe('checkProxy', () => {
  it.each([
    'proxy.example.com',
    `ftp://shop:${secret}@proxy.example.com:21`,
    { http: 'socks5://proxy.example.com:1080', https: `socks5://shop:${secret}@proxy.example.com` },
    { ftp: 'socks5://proxy.example.com:1080' },
    7,
    null,
  ])('refuses %j as createHttp does, and shows no secret', async (proxy) => {
    const problem = checkProxy(proxy);
    const error = await rejection(() => createHttp({ baseUrl: 'https://api.example.com', proxy: proxy as ProxyOption }));
    expect(error).toMatchObject({ code: 'option_invalid', field: 'proxy', message: `\`proxy\` of createHttp ${problem}.` });
    expect(findSecret(error, [secret])).toBeUndefined();
  });

  it.each([undefined, `socks5://shop:${secret}@proxy.example.com:1080`, {}, { http: 'http://proxy.example.com' }])(
    'accepts %j',
    (proxy) => {
      expect(checkProxy(proxy)).toBeUndefined();
    },
  );

  it('does not call a function', () => {
    const pick = vi.fn(() => 'not a proxy');
    expect(checkProxy(pick)).toBeUndefined();
    expect(pick).not.toHaveBeenCalled();
  });
});

describe('normalizeBaseUrl', () => {
  it.each(['https://api.example.com', 'https://api.example.com/', 'https://api.example.com//'])(
    'removes the slashes at the end: %s',
    (url) => {
      expect(normalizeBaseUrl(url)).toBe('https://api.example.com');
    },
  );

  it('keeps the path and the port', () => {
    expect(normalizeBaseUrl('http://127.0.0.1:8081/v1/')).toBe('http://127.0.0.1:8081/v1');
  });
});

describe('checkBaseUrl', () => {
  it('accepts a path and a port', () => {
    expect(checkBaseUrl('http://127.0.0.1:8081/v1/')).toBeUndefined();
  });

  it.each([
    [undefined, 'must be an http or https URL'],
    ['api.example.com', 'must be an http or https URL'],
    ['ftp://api.example.com', 'must be an http or https URL'],
    [`https://shop:${secret}@api.example.com`, 'must hold no user and password. Send them in a header'],
    [`https://api.example.com/?token=${secret}`, 'must end with its path, because paths are appended to it'],
    [`https://api.example.com/#${secret}`, 'must end with its path, because paths are appended to it'],
  ])('says what is wrong with %s, and shows nothing of it', (given, problem) => {
    expect(checkBaseUrl(given)).toBe(problem);
  });
});

describe('isHttpUrl', () => {
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
  ])('%j is a URL: %s', (text, expected) => {
    expect(isHttpUrl(text)).toBe(expected);
  });
});

describe('jsonObject', () => {
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

  it('accepts 100 levels at most, and does not count brackets in strings', () => {
    const nested = (levels: number): string => `{"a":${'['.repeat(levels - 1)}"[[\\"[[{"${']'.repeat(levels - 1)}}`;
    expect(jsonObject(nested(100))).toHaveProperty('a');
    expect(jsonObject(nested(101))).toBeUndefined();
    expect(jsonObject(`${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`)).toBeUndefined();
  });
});

describe('excerpt', () => {
  it('has at most 300 characters, and no part of a secret', () => {
    using http = opened({ baseUrl: 'https://api.example.com', secrets: [secret] });
    expect(http.excerpt('busy')).toBe('busy');
    expect(http.excerpt('x'.repeat(1_000))).toBe('x'.repeat(300));
    for (const count of [0, 290, 299]) expect(http.excerpt(`${'x'.repeat(count)}${secret}`)).not.toContain('h');
  });
});
