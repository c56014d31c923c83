import { createHmac } from 'node:crypto';
import { createSitemessage, type SitemessageEvent } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { fakeRuntime, findSecret } from '@sitemessage/core/testing';
import type { HttpFault } from '@sitemessage/sandbox';
import { delivery, rejection, sandboxed, startRecordingServer, traces, whileTimePasses } from '@sitemessage/test-support';
import { startHttpProxy, startSocks5 } from '@sitemessage/test-support/proxies';
import { describe, expect, it } from 'vitest';
import { type FbOptions, fb, getPageAccessTokens } from '../src/index.ts';
import { cases } from './error-table.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('fb');
const password = 'c@nary/p:ss%word';
const options = (): FbOptions => ({ ...running.sandbox.fb.options, appSecret: running.sandbox.fb.credentials.appSecret });

const proofOf = (token: string): string => createHmac('sha256', running.sandbox.fb.credentials.appSecret).update(token).digest('hex');

/** The token, the secret, and the proof that is made of both. */
function secrets(): readonly string[] {
  const { pageAccessToken } = running.sandbox.fb.options;
  return [pageAccessToken, running.sandbox.fb.credentials.appSecret, proofOf(pageAccessToken)];
}

const tracesOf = (given: FbOptions) => traces(fb(given), delivery(''));

describe('the token, the secret and the proof', () => {
  it('are redacted wherever an error of Facebook repeats them', async () => {
    const echo = secrets()
      .flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(`x${secret}`).toString('base64')])
      .join(' ');
    const seen = new Map(cases.map(({ error }) => [error.code, error]));
    for (const error of seen.values()) {
      for (const message of secrets()) {
        running.sandbox.fb.refuse({ ...error, message: echo.slice(0, 280), error_user_title: message, error_user_msg: message });
        const left = await tracesOf(options());
        expect(left.at(-1)).toBeInstanceOf(Error);
        expect(findSecret(left, secrets())).toBeUndefined();
      }
    }
  });

  it('are redacted before the error is truncated, so that no half of one is left', async () => {
    for (const secret of secrets()) {
      for (let before = 300 - secret.length; before < 300; before += 7) {
        running.sandbox.fb.refuse({ code: 100, message: `${'x'.repeat(before)}${secret}` });
        const { message } = await rejection(sendOne(fb(options())));
        expect(message).not.toContain(`x${secret.slice(0, 4)}`);
      }
    }
  });

  const echoes: readonly (readonly [string, (words: string) => HttpFault])[] = [
    ['a page of a gateway', (words) => ({ reply: { status: 502, body: `<html>${words}</html>` } })],
    ['a refusal of a gateway', (words) => ({ reply: { status: 403, body: words } })],
    ['an error without a number', (words) => ({ reply: { status: 400, body: { error: { message: words } } } })],
    ['a trace', (words) => ({ reply: { status: 400, body: { error: { code: 100, message: 'No', fbtrace_id: words } } } })],
    ['a reply that is not JSON', (words) => ({ reply: { status: 200, body: `{"id": "${words}` } })],
    ['a reply without an id', (words) => ({ reply: { status: 200, body: { said: words } } })],
    ['a redirection', (words) => ({ reply: { status: 302, headers: { location: `https://example.com/?${words}` } } })],
    ['a quota', (words) => ({ reply: { status: 429, headers: { 'x-app-usage': words }, body: words } })],
    ['a broken connection', () => ({ at: 'taken', drop: true })],
    ['a connection that breaks early', () => ({ at: 'head', drop: true })],
  ];
  it.each(echoes)('are not shown by the error for %s', async (_, faultFor) => {
    for (const secret of secrets()) {
      running.sandbox.fb.fail(faultFor(secret));
      const left = await tracesOf(options());
      expect(left.at(-1)).toBeInstanceOf(Error);
      expect(findSecret(left, secrets())).toBeUndefined();
    }
  });

  it('are not shown when they work', async () => {
    const left = await tracesOf(options());
    expect(left.at(-1)).toEqual({ providerId: expect.any(String) });
    expect(findSecret(left, secrets())).toBeUndefined();
  });

  it('are not shown when they are wrong, although Facebook repeats an unknown token', async () => {
    const wrong = { ...options(), pageAccessToken: 'EAAcanary-unknown' };
    const left = await tracesOf(wrong);
    expect(left.at(-1)).toMatchObject({ code: 'fb_190', message: expect.stringContaining('Malformed access token [redacted]') });
    expect(findSecret(left, [wrong.pageAccessToken, proofOf(wrong.pageAccessToken), ...secrets()])).toBeUndefined();
  });

  it('are not sent to the target of a redirect', async () => {
    await using elsewhere = await startRecordingServer({ id: '7_8' });
    running.sandbox.fb.fail({ reply: { status: 307, headers: { location: `${elsewhere.url}/v26.0/7/feed` } } });
    await rejection(sendOne(fb(options())));
    expect(elsewhere.requests).toEqual([]);
  });
});

describe('the tokens of getPageAccessTokens', () => {
  it('are shown by no error of either request', async () => {
    const { credentials, tokens } = running.sandbox.fb;
    const { user, longLivedUser } = tokens;
    const kept = [user, longLivedUser, credentials.appSecret, proofOf(longLivedUser)];
    const [spoken, page] = [
      { code: 100, message: kept.join(' ') },
      { status: 502, body: kept.join(' ') },
    ];
    const left: unknown[] = [];
    // The first request has the user token, and the second one the long-lived token.
    for (const [method, known] of [
      ['access_token', [user, credentials.appSecret]],
      ['accounts', kept],
    ] as const) {
      running.sandbox.fb.refuse({ ...spoken, message: known.join(' ') }, { method });
      left.push(await rejection(getPageAccessTokens(credentials)));
      running.sandbox.fb.fail({ reply: { ...page, body: known.join(' ') }, method });
      left.push(await rejection(getPageAccessTokens(credentials)));
      // A reply that is not a list of pages may hold tokens that are not known yet.
      running.sandbox.fb.fail({ reply: { status: 200, body: `{"access_token":"${longLivedUser}"` }, method });
      left.push(await rejection(getPageAccessTokens(credentials)));
      running.sandbox.fb.fail({ drop: true, method });
      left.push(await rejection(getPageAccessTokens(credentials)));
    }
    left.push(await rejection(getPageAccessTokens({ ...credentials, apiRoot: 'http://127.0.0.1:1' })));
    expect(left).toHaveLength(9);
    expect(findSecret(left, kept)).toBeUndefined();
  });
});

describe('the password of a proxy', () => {
  it.each([
    ['socks5', startSocks5],
    ['http', startHttpProxy],
  ] as const)('of the protocol %s is never shown', async (protocol, start) => {
    const login = { user: 'team', password };
    const names = { 'graph.facebook.test': Number(new URL(options().apiRoot ?? '').port) };
    const through = (port: number) => ({
      apiRoot: 'http://graph.facebook.test',
      proxy: `${protocol}://team:${encodeURIComponent(password)}@127.0.0.1:${port}`,
    });
    const left: (readonly unknown[])[] = [];
    let port: number;
    {
      await using right = await start({ login, names });
      await using wrong = await start({ login: { ...login, password: 'another' }, names });
      await using lost = await start({ login, names: {} });
      for (const proxy of [right, wrong, lost]) left.push(await tracesOf({ ...options(), ...through(proxy.port) }));
      running.sandbox.fb.refuse({ code: 100 });
      left.push(await tracesOf({ ...options(), ...through(right.port) }));
      expect(await getPageAccessTokens({ ...running.sandbox.fb.credentials, ...through(right.port) })).toHaveLength(2);
      port = right.port;
    }
    left.push(await tracesOf({ ...options(), ...through(port) }));
    left.push([await rejection(getPageAccessTokens({ ...running.sandbox.fb.credentials, ...through(port) }))]);
    expect(left.map((one) => (one.at(-1) as { code?: string }).code)).toEqual([
      undefined,
      'proxy_refused',
      'http_connection',
      'fb_100',
      'proxy_unreachable',
      'proxy_unreachable',
    ]);
    expect(running.sandbox.inbox.all()).toHaveLength(1);
    expect(findSecret(left, [...secrets(), password])).toBeUndefined();
  });
});

describe('a site', () => {
  it('shows no secret in any event, result, record or error', async () => {
    const runtime = fakeRuntime();
    const wrong = { ...options(), pageAccessToken: running.sandbox.fb.tokens.narrow };
    const kept = [...secrets(), wrong.pageAccessToken, proofOf(wrong.pageAccessToken)];
    const site = createSitemessage({
      runtime,
      storage: memoryStorage({ runtime }),
      messengers: [fb(options()), fb({ ...wrong, alias: 'wrong' })],
    });
    const events: SitemessageEvent[] = [];
    site.onEvent((event) => events.push(event));
    const left: unknown[] = [];
    const sendAll = async (): Promise<void> => {
      for (let round = 0; round < 3; round += 1) {
        left.push(await whileTimePasses(runtime, site.sendScheduledMessages({ messengers: ['fb'] })));
        await runtime.advance(600_000);
      }
    };
    for (const code of [100, 2, 4]) running.sandbox.fb.refuse({ code, message: `Refused: ${secrets().join(' ')}` });
    await site.scheduleMessages(['One', 'Two', 'Three', 'Four'], [site.recipients('wrong', ''), site.recipients('fb', '')]);
    await sendAll();
    running.sandbox.fb.fail({ at: 'taken', drop: true });
    await site.scheduleMessages('Five', site.recipients('fb', ''));
    await sendAll();
    left.push(await site.sendScheduledMessages({ messengers: ['wrong'] }));
    left.push(await rejection(site.sendTestMessage('wrong', '')));
    for await (const dispatch of site.list()) left.push(dispatch, await site.find(dispatch.id));
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set(['scheduled', 'sent', 'error', 'failed', 'deferred', 'paused', 'released']),
    );
    expect(findSecret([...left, ...events, site], kept)).toBeUndefined();
    await site.close();
  });
});
