import { rejection } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { getAccessTokenUrl, type VkAccessTokenRequest } from '../src/index.ts';

describe('getAccessTokenUrl()', () => {
  it('returns the page for a token that can post and does not expire', () => {
    const url = new URL(getAccessTokenUrl({ clientId: 7_654_321 }));
    expect(url.origin + url.pathname).toBe('https://oauth.vk.com/authorize');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: '7654321',
      display: 'page',
      redirect_uri: 'https://oauth.vk.com/blank.html',
      scope: 'wall,offline',
      response_type: 'token',
      v: '5.199',
    });
  });

  it('takes other rights, another redirect and another version', () => {
    const redirectUri = 'https://shop.example/vk?a=1&b=2';
    const url = new URL(getAccessTokenUrl({ clientId: '7', scope: ['wall', 'messages'], redirectUri, version: '5.131' }));
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: '7',
      scope: 'wall,messages',
      redirect_uri: redirectUri,
      v: '5.131',
    });
  });

  it.each([
    ['clientId', { clientId: 0 }],
    ['clientId', { clientId: '7a' as `${number}` }],
    ['scope', { clientId: 7, scope: [] }],
    ['scope', { clientId: 7, scope: ['wall,offline'] }],
    ['scope', { clientId: 7, scope: 'wall' as unknown as string[] }],
    ['redirectUri', { clientId: 7, redirectUri: 'blank.html' }],
    ['version', { clientId: 7, version: '5' as '5.0' }],
  ] as const)('names a wrong argument: %s of %j', async (name, request) => {
    expect(await rejection(() => getAccessTokenUrl(request))).toMatchObject({
      name: 'ArgumentError',
      kind: 'configuration',
      code: 'option_invalid',
      field: name,
      message: expect.stringContaining(`\`${name}\` of getAccessTokenUrl must `),
    });
  });

  it('refuses an unknown argument', async () => {
    const request = { clientId: 7, redirectURI: 'https://shop.example/vk' } as VkAccessTokenRequest;
    expect(await rejection(() => getAccessTokenUrl(request))).toMatchObject({ code: 'option_unknown', field: 'redirectURI' });
  });
});
