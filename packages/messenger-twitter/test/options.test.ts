import { findSecret } from '@sitemessage/core/testing';
import { rejection, sandboxed } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { type TwitterOptions, twitter } from '../src/index.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('twitter');
const canary = 'canary-0123456789';
const oauth1 = { appKey: `${canary}-1`, appSecret: `${canary}-2`, accessToken: `7-${canary}`, accessSecret: `${canary}-4` };
const oauth2 = { clientId: 'client', clientSecret: `${canary}-5`, accessToken: `${canary}-6`, refreshToken: `${canary}-7` };

describe('a wrong option', () => {
  const secrets = ['', 'abc', `${canary}\n`, `OAuth ${canary}`, `${canary}é`, 7, null];
  const wrong: readonly (readonly [string, object])[] = [
    ...['appKey', 'appSecret', 'accessToken', 'accessSecret'].flatMap((name) =>
      [...secrets, undefined].map((value) => [name, { ...oauth1, [name]: value }] as const),
    ),
    ...['clientId', 'clientSecret', 'accessToken', 'refreshToken'].flatMap((name) =>
      secrets.map((value) => [`oauth2.${name}`, { oauth2: { ...oauth2, [name]: value } }] as const),
    ),
    ['oauth2.clientId', { oauth2: { accessToken: canary } }],
    ['oauth2.accessToken', { oauth2: { clientId: 'client', refreshToken: canary } }],
    ['oauth2.onToken', { oauth2: { ...oauth2, onToken: canary } }],
    ['oauth2', { oauth2: canary }],
    ['oauth2', { oauth2: null }],
    ...Object.keys(oauth1).map((name) => [name, { oauth2, [name]: canary }] as const),
    ['onTooLong', { ...oauth1, onTooLong: 'split' }],
    ['proxy', { ...oauth1, proxy: `ftp://team:${canary}@proxy:21` }],
    ['apiRoot', { ...oauth1, apiRoot: 'api.x.com' }],
    ['apiRoot', { ...oauth1, apiRoot: 'ftp://api.x.com' }],
    ['apiRoot', { ...oauth1, apiRoot: `https://user:${canary}@api.x.com` }],
    ['apiRoot', { oauth2, apiRoot: `https://api.x.com/?token=${canary}` }],
  ];
  it.each(wrong)('is named and not shown: %s in %o', async (name, options) => {
    const error = await rejection(() => twitter(options as TwitterOptions));
    expect(error).toMatchObject({
      kind: 'configuration',
      name: 'ArgumentError',
      code: 'option_invalid',
      field: name,
      message: expect.stringContaining(`\`${name}\` of twitter must `),
    });
    expect(findSecret(error, [canary])).toBeUndefined();
  });

  it('from a function `proxy` is refused when a session is opened', async () => {
    expect(await rejection(sendOne(twitter({ ...oauth1, proxy: () => 'ftp://proxy:21' })))).toMatchObject({
      name: 'ArgumentError',
      code: 'option_invalid',
      field: 'proxy',
    });
  });

  it('with an unknown name in `oauth2` is refused', async () => {
    const error = await rejection(() => twitter({ oauth2: { ...oauth2, refreshtoken: canary } as never }));
    expect(error).toMatchObject({
      name: 'ArgumentError',
      code: 'option_unknown',
      field: 'oauth2.refreshtoken',
      message: expect.stringContaining('Did you mean "oauth2.refreshToken"?'),
    });
    expect(findSecret(error, [canary])).toBeUndefined();
  });
});

describe('an option', () => {
  it('has a default', () => {
    expect(twitter(oauth1)).toMatchObject({
      alias: 'twitter',
      protocol: 'twitter',
      title: 'X (Twitter)',
      concurrency: 1,
      timeoutMs: 30_000,
    });
  });

  it.each(['', '/', '//'])('`apiRoot` may end with %j', async (end) => {
    const { options } = running.sandbox.twitter;
    await sendOne(twitter({ ...options, apiRoot: `${options.apiRoot}${end}` }));
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });
});

describe('limits', () => {
  const limitsOf = (options: TwitterOptions & { alias?: string }) => twitter(options).limits?.('@ann') ?? [];
  const keysOf = (options: TwitterOptions & { alias?: string }) => limitsOf(options).map(({ key }) => key);

  it('allow 100 posts in 15 minutes for an account, and 10,000 in 24 hours for an app', () => {
    const [account, app] = limitsOf(oauth1);
    const most = (windowMs: number, { intervalMs, burst } = { intervalMs: 1, burst: 1 }) => windowMs / intervalMs + burst;
    expect(most(15 * 60_000, account)).toBe(100);
    expect(most(24 * 3_600_000, app)).toBe(10_000);
  });

  it('count for the account under any alias, and for the app', () => {
    expect(keysOf(oauth1)[0]).toBe('twitter 7');
    expect(keysOf({ ...oauth1, alias: 'other' })).toEqual(keysOf(oauth1));
    const another = keysOf({ ...oauth1, accessToken: '8-another-token' });
    expect(another).toEqual(['twitter 8', keysOf(oauth1)[1]]);
    expect(keysOf({ ...oauth1, accessToken: 'without-an-id' })[0]).not.toBe(keysOf({ ...oauth1, accessToken: 'without-another' })[0]);
  });

  it('count for the alias under OAuth 2.0, whose tokens do not name their account', () => {
    expect(keysOf({ oauth2 })).toEqual(['twitter client twitter', 'twitter app client']);
    expect(keysOf({ oauth2: { ...oauth2, accessToken: 'another' } })).toEqual(keysOf({ oauth2 }));
    expect(keysOf({ oauth2, alias: 'other' })).toEqual(['twitter client other', 'twitter app client']);
  });

  it('show no secret, because they are stored', () => {
    for (const options of [oauth1, { ...oauth1, accessToken: canary }, { oauth2 }])
      expect(findSecret(limitsOf(options), [canary])).toBeUndefined();
  });
});
