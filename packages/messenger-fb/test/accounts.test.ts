import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { findSecret } from '@sitemessage/core/testing';
import type { FbError, HttpFault } from '@sitemessage/sandbox';
import { rejection, sandboxed } from '@sitemessage/test-support';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FbAppCredentials, fb, getPageAccessTokens } from '../src/index.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('fb');
const credentials = () => running.sandbox.fb.credentials;
const account = (index: number) => ({ id: String(index + 1), name: `Page ${index}`, access_token: `EAAtoken${index}`, tasks: ['MANAGE'] });

interface Asked {
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
}

/** Starts a server that gives `replies` in turn and records the requests. */
async function scripted(...replies: readonly unknown[]): Promise<{ readonly apiRoot: string; readonly asked: readonly Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer(({ url, headers }, response) => {
    const { pathname, searchParams } = new URL(url ?? '', 'http://localhost');
    asked.push({ path: pathname, parameters: Object.fromEntries(searchParams), authorization: headers.authorization });
    response.end(JSON.stringify(replies[asked.length - 1] ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { apiRoot: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const given = { appId: 7, appSecret: 'canary-secret', userToken: 'EAAcanary-user' } as const;
const longLived = 'EAAcanary-long-lived';
const exchanged = { access_token: longLived, token_type: 'bearer', expires_in: 5_183_944 };

describe('getPageAccessTokens', () => {
  it('returns the pages of a person with tokens that work', async () => {
    const { pages, tokens, options, requireProof } = running.sandbox.fb;
    requireProof();
    const found = await getPageAccessTokens(credentials());
    expect(found).toEqual([
      { id: pages.own, name: 'Sandbox', accessToken: tokens.page, tasks: expect.arrayContaining(['CREATE_CONTENT']) },
      { id: pages.other, name: 'Another sandbox', accessToken: tokens.otherPage, tasks: ['ANALYZE'] },
    ]);
    const [own] = found;
    await sendOne(fb({ ...options, pageId: Number(own?.id), pageAccessToken: own?.accessToken ?? '', appSecret: credentials().appSecret }));
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });

  it('makes the documented requests, with the long-lived token and its proof', async () => {
    const { apiRoot, asked } = await scripted(exchanged, { data: [] });
    expect(await getPageAccessTokens({ ...given, apiRoot, version: 'v25.0' })).toEqual([]);
    const appsecret_proof = createHmac('sha256', given.appSecret).update(longLived).digest('hex');
    expect(asked).toEqual([
      {
        path: '/v25.0/oauth/access_token',
        parameters: {
          grant_type: 'fb_exchange_token',
          client_id: '7',
          client_secret: given.appSecret,
          fb_exchange_token: given.userToken,
        },
        authorization: undefined,
      },
      {
        path: '/v25.0/me/accounts',
        parameters: { fields: 'id,name,access_token,tasks', limit: '100', appsecret_proof },
        authorization: `Bearer ${longLived}`,
      },
    ]);
  });

  it('uses the newest version by default', async () => {
    const { apiRoot, asked } = await scripted(exchanged, { data: [] });
    await getPageAccessTokens({ ...given, apiRoot });
    expect(asked.map(({ path }) => path)).toEqual(['/v26.0/oauth/access_token', '/v26.0/me/accounts']);
  });

  it.each([0, 1, 100, 101, 250])('returns each page of a list of %i pages once', async (count) => {
    const accounts = Array.from({ length: count }, (_, index) => account(index));
    running.sandbox.fb.accounts(accounts);
    const found = await getPageAccessTokens(credentials());
    expect(found).toEqual(accounts.map(({ access_token: accessToken, ...page }) => ({ ...page, accessToken })));
    expect(running.sandbox.fb.requests()).toBe(1 + Math.max(1, Math.ceil(count / 100)));
  });

  it('skips a page that the person may only see, and returns a page with few fields', async () => {
    running.sandbox.fb.accounts([{ id: '1', name: 'Seen' }, account(1)]);
    expect((await getPageAccessTokens(credentials())).map(({ id }) => id)).toEqual(['2']);
    const { apiRoot } = await scripted(exchanged, { data: [null, 7, { id: '3', access_token: 'EAA3' }] });
    expect(await getPageAccessTokens({ ...given, apiRoot })).toEqual([{ id: '3', name: '', accessToken: 'EAA3', tasks: [] }]);
  });

  it('follows the cursor, and never the URL of the next page', async () => {
    const elsewhere = await scripted();
    const paging = { cursors: { after: 'b' }, next: `${elsewhere.apiRoot}/steal?access_token=${longLived}` };
    const { apiRoot, asked } = await scripted(exchanged, { data: [account(0)], paging }, { data: [account(1)] });
    expect(await getPageAccessTokens({ ...given, apiRoot })).toHaveLength(2);
    expect(asked.map(({ parameters }) => parameters.after)).toEqual([undefined, undefined, 'b']);
    expect(elsewhere.asked).toEqual([]);
  });

  it('ends at the last page, which has a cursor too', async () => {
    const { apiRoot, asked } = await scripted(exchanged, { data: [account(0)], paging: { cursors: { after: 'b' } } });
    expect(await getPageAccessTokens({ ...given, apiRoot })).toHaveLength(1);
    expect(asked).toHaveLength(2);
  });

  const turning = { data: [account(0)], paging: { cursors: { after: 'b' }, next: 'https://example.com/' } };
  it.each<readonly [string, readonly unknown[]]>([
    ['an access token', [{}]],
    ['an access token', [{ access_token: 7 }]],
    ['an access token', [{ access_token: 'two\r\nlines' }]],
    ['a list of pages', [exchanged, {}]],
    ['a list of pages', [exchanged, { data: 'none' }]],
    ['a new cursor', [exchanged, { data: [], paging: { next: 'https://example.com/' } }]],
    ['a new cursor', [exchanged, turning, turning, turning]],
  ])('throws when Facebook answers without %s: %j', async (missing, replies) => {
    const { apiRoot } = await scripted(...replies);
    expect(await rejection(getPageAccessTokens({ ...given, apiRoot }))).toMatchObject({
      kind: 'transient',
      code: 'fb_unreadable',
      message: `Facebook answered without ${missing}.`,
    });
  });

  it.each<readonly [Partial<FbAppCredentials>, object]>([
    [{ userToken: 'EAAanother-token' }, { kind: 'configuration', code: 'fb_190' }],
    [{ appId: '999' }, { kind: 'configuration', code: 'fb_101' }],
    [{ appSecret: 'another-secret' }, { kind: 'configuration', code: 'fb_1' }],
    [{ version: 'v9.0' }, { kind: 'configuration', code: 'fb_2635' }],
    [{ apiRoot: 'http://127.0.0.1:1' }, { kind: 'transient', code: 'http_connection' }],
  ])('maps the error for %j', async (wrong, expected) => {
    expect(await rejection(getPageAccessTokens({ ...credentials(), ...wrong }))).toMatchObject(expected);
  });

  it.each<readonly [FbError, object]>([
    [{ code: 1 }, { kind: 'transient', code: 'fb_1' }],
    [{ code: 2 }, { kind: 'transient', code: 'fb_2' }],
    [{ code: 4 }, { kind: 'transient', code: 'fb_4', scope: 'messenger' }],
    [
      { code: 190, error_subcode: 460 },
      { kind: 'configuration', code: 'fb_190' },
    ],
    [{ code: 200 }, { kind: 'configuration', code: 'fb_200' }],
    [{ code: 100 }, { kind: 'permanent', code: 'fb_100' }],
  ])('maps %j from either request, never to an unknown outcome', async (error, expected) => {
    for (const method of ['access_token', 'accounts']) {
      running.sandbox.fb.refuse(error, { method });
      expect(await rejection(getPageAccessTokens(credentials()))).toMatchObject(expected);
    }
  });

  it.each<readonly [HttpFault, object]>([
    [{ drop: true }, { kind: 'transient', code: 'http_interrupted' }],
    [{ reply: { status: 502, body: '<h1>Bad Gateway</h1>' } }, { kind: 'transient', code: 'fb_unreadable' }],
  ])('is transient after %j', async (fault, expected) => {
    for (const method of ['access_token', 'accounts']) {
      running.sandbox.fb.fail({ ...fault, method });
      expect(await rejection(getPageAccessTokens(credentials()))).toMatchObject(expected);
    }
  });

  it.each<readonly [string, Readonly<Record<string, unknown>>]>([
    ['appId', { appId: '' }],
    ['appId', { appId: 'app' }],
    ['appId', { appId: 1.5 }],
    ['appSecret', { appSecret: undefined }],
    ['appSecret', { appSecret: 'a b c d' }],
    ['userToken', { userToken: '' }],
    ['userToken', { userToken: `${given.userToken}\n` }],
    ['version', { version: '26' }],
    ['apiRoot', { apiRoot: `https://x:${given.userToken}@graph.facebook.com` }],
  ])('names a wrong `%s`: %j', async (name, wrong) => {
    const error = await rejection(getPageAccessTokens({ ...given, ...wrong } as FbAppCredentials));
    expect(error).toMatchObject({
      name: 'ArgumentError',
      kind: 'configuration',
      code: 'option_invalid',
      field: name,
      message: expect.stringContaining(`\`${name}\` of getPageAccessTokens must `),
    });
    expect(findSecret(error, [given.userToken, given.appSecret])).toBeUndefined();
  });

  it('refuses an unknown argument', async () => {
    const error = await rejection(getPageAccessTokens({ ...given, appsecret: given.appSecret } as FbAppCredentials));
    expect(error).toMatchObject({ name: 'ArgumentError', code: 'option_unknown', field: 'appsecret' });
    expect(findSecret(error, [given.userToken, given.appSecret])).toBeUndefined();
  });

  it('leaves no connection open, after success and failure', async () => {
    await getPageAccessTokens(credentials());
    await rejection(getPageAccessTokens({ ...credentials(), userToken: 'EAAanother' }));
    await expect.poll(() => running.sandbox.fb.emulator.connections()).toBe(0);
  });
});
