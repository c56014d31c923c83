import { findSecret } from '@sitemessage/core/testing';
import type { HttpFault, TwitterError } from '@sitemessage/sandbox';
import { delivery, never, rejection, sandboxed, startRecordingServer, withSession } from '@sitemessage/test-support';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createAccount } from '../src/account.ts';
import { type TwitterOptions, type TwitterToken, twitter } from '../src/index.ts';
import { readOptions } from '../src/options.ts';
import { refresh } from '../src/refresh.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('twitter');
const unauthorized = { kind: 'configuration', code: 'twitter_unauthorized' };

/** Options that collect new tokens. */
function keeping(client?: 'confidential' | 'public') {
  const options = running.sandbox.twitter.oauth2(client);
  const stored: TwitterToken[] = [];
  const onToken = (token: TwitterToken): void => void stored.push(token);
  return { options: { ...options, oauth2: { ...options.oauth2, onToken } }, stored };
}

/** Options that store new tokens when `goOn` is called. */
function waiting() {
  const options = running.sandbox.twitter.oauth2();
  const { promise, resolve } = Promise.withResolvers<void>();
  let calls = 0;
  const onToken = (): Promise<void> => {
    calls += 1;
    return promise;
  };
  return { options: { ...options, oauth2: { ...options.oauth2, onToken } }, isCalled: () => calls > 0, calls: () => calls, goOn: resolve };
}

/** The number of refreshes since `before`, besides `posts` other requests. */
const refreshes = (before: number, posts: number): number => running.sandbox.twitter.requests() - before - posts;

describe('an expired access token', () => {
  it.each(['confidential', 'public'] as const)('is refreshed by a %s client and stored, and the post goes out', async (client) => {
    const { options, stored } = keeping(client);
    const messenger = twitter(options);
    await sendOne(messenger, { text: 'Before' });
    running.sandbox.twitter.expireTokens();
    await sendOne(messenger, { text: 'After' });
    expect(running.sandbox.inbox.all().map(({ text }) => text)).toEqual(['Before', 'After']);
    expect(stored).toEqual([{ accessToken: expect.any(String), refreshToken: expect.any(String) }]);
    expect(stored[0]).not.toMatchObject({ accessToken: options.oauth2.accessToken });
    // The next process begins with the stored tokens.
    await sendOne(twitter({ ...options, oauth2: { ...options.oauth2, ...stored[0] } }), { text: 'Next time' });
    expect(stored).toHaveLength(1);
  });

  it('is refreshed every two hours, in any session', async () => {
    const { options, stored } = keeping();
    const messenger = twitter(options);
    let now = Date.now();
    running.sandbox.twitter.clock(() => now);
    running.sandbox.twitter.expireTokens();
    for (const text of ['One', 'Two', 'Three']) {
      await sendOne(messenger, { text });
      now += 7_200_000;
    }
    expect(stored).toHaveLength(3);
    expect(new Set(stored.map(({ refreshToken }) => refreshToken)).size).toBe(3);
  });

  it('is refreshed once for all sends in all sessions', async () => {
    const { options, stored } = keeping();
    const messenger = twitter(options);
    running.sandbox.twitter.expireTokens();
    const before = running.sandbox.twitter.requests();
    await withSession(messenger, (one) =>
      withSession(messenger, (other) =>
        Promise.all(
          Array.from({ length: 20 }, (_, index) => (index % 2 ? one : other).send(delivery('', { text: `Page ${index}` }), never())),
        ),
      ),
    );
    expect(stored).toHaveLength(1);
    expect(refreshes(before, 40)).toBe(1);
    expect(running.sandbox.inbox.all()).toHaveLength(20);
  });

  it('is not used while another send refreshes it', async () => {
    const { options, isCalled, goOn } = waiting();
    const messenger = twitter(options);
    running.sandbox.twitter.expireTokens();
    const before = running.sandbox.twitter.requests();
    await withSession(messenger, async (session) => {
      const first = session.send(delivery('', { text: 'First' }), never());
      await expect.poll(isCalled).toBe(true);
      const second = session.send(delivery('', { text: 'Second' }), never());
      goOn();
      await Promise.all([first, second]);
    });
    // The refused post, the refresh, and two posts.
    expect(running.sandbox.twitter.requests() - before).toBe(4);
  });

  it('is refreshed and stored although the first send was aborted', async () => {
    const { options, isCalled, goOn } = waiting();
    const messenger = twitter(options);
    running.sandbox.twitter.expireTokens();
    const stop = new AbortController();
    const session = await messenger.open(never());
    const stopped = rejection(session.send(delivery('', { text: 'Stopped' }), { signal: stop.signal }));
    await expect.poll(isCalled).toBe(true);
    stop.abort();
    expect(await stopped).toMatchObject({ kind: 'transient', code: 'twitter_aborted' });
    const late = rejection(session.send(delivery('', { text: 'Too late' }), { signal: stop.signal }));
    expect(await late).toMatchObject({ kind: 'transient', code: 'twitter_aborted' });
    await session.close?.();
    const before = running.sandbox.twitter.requests();
    goOn();
    await sendOne(messenger, { text: 'After' });
    expect(running.sandbox.twitter.requests() - before).toBe(1);
    expect(running.sandbox.inbox.all().map(({ text }) => text)).toEqual(['After']);
  });

  it('is not refreshed again for a late refusal', async () => {
    const { options, stored } = keeping();
    const account = createAccount(readOptions(options));
    running.sandbox.twitter.expireTokens();
    const refused = Object.assign(new Error('Unauthorized'), { code: 'twitter_unauthorized' });
    const { promise, reject } = Promise.withResolvers<never>();
    const isOld = (credentials: unknown): boolean => credentials === options.oauth2.accessToken;
    const { signal } = never();
    const late = account.withCredentials(signal, async (credentials) => (isOld(credentials) ? promise : credentials));
    const early = await account.withCredentials(signal, async (credentials) =>
      isOld(credentials) ? Promise.reject(refused) : credentials,
    );
    reject(refused);
    expect(await late).toBe(early);
    expect(stored).toEqual([{ accessToken: early, refreshToken: expect.any(String) }]);
  });

  it('is not refreshed without a refresh token, or when X refuses the new one', async () => {
    const { oauth2, apiRoot } = running.sandbox.twitter.oauth2();
    const { clientId, accessToken } = oauth2;
    running.sandbox.twitter.expireTokens();
    expect(await rejection(sendOne(twitter({ oauth2: { clientId, accessToken }, apiRoot })))).toMatchObject(unauthorized);
    const { options, stored } = keeping();
    running.sandbox.twitter.refuse({ status: 401, title: 'Unauthorized' }, { times: 2, method: 'tweets' });
    expect(await rejection(sendOne(twitter(options)))).toMatchObject(unauthorized);
    expect(stored).toHaveLength(1);
  });

  it('is refreshed in the middle of an upload or a thread', async () => {
    const { options, stored } = keeping();
    const messenger = twitter({ ...options, onTooLong: 'thread' });
    running.sandbox.twitter.refuse({ status: 401, title: 'Unauthorized' }, { method: 'append' });
    await sendOne(messenger, { text: 'word '.repeat(100), attachments: [{ filename: 'a.png', content: 'PNG' }] });
    running.sandbox.twitter.fail({ method: 'tweets', delayMs: 0 });
    running.sandbox.twitter.refuse({ status: 401, title: 'Unauthorized' }, { method: 'tweets' });
    await sendOne(messenger, { text: 'other '.repeat(100) });
    expect(stored).toHaveLength(2);
    expect(running.sandbox.inbox.all().map(({ headers }) => headers.in_reply_to === '')).toEqual([true, false, true, false, false]);
  });
});

describe('a refresh', () => {
  it('is a form, with the client in the header or in the form', async () => {
    for (const clientSecret of ['client-secret', undefined]) {
      await using server = await startRecordingServer({ access_token: 'new-access', refresh_token: 'new-refresh' });
      const login = { kind: 'oauth2', clientId: 'client', accessToken: 'old-access', refreshToken: 'old-refresh' } as const;
      const secret = clientSecret === undefined ? {} : { clientSecret };
      const settings = { login, apiRoot: server.url, proxy: undefined, onTooLong: 'fail' } as const;
      expect(await refresh({ ...login, ...secret }, settings, () => [], never().signal)).toEqual({
        accessToken: 'new-access',
        refreshToken: 'new-refresh',
      });
      expect(server.requests).toHaveLength(1);
      expect(server.requests[0]).toMatchObject({
        verb: 'POST',
        url: '/2/oauth2/token',
        headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
        body: 'grant_type=refresh_token&refresh_token=old-refresh&client_id=client',
      });
      const basic = `Basic ${Buffer.from('client:client-secret').toString('base64')}`;
      expect(server.requests[0]?.headers.authorization).toBe(clientSecret && basic);
    }
  });

  it('with a used refresh token is a configuration error', async () => {
    const { options } = keeping();
    running.sandbox.twitter.expireTokens();
    await sendOne(twitter(options), { text: 'One' });
    running.sandbox.twitter.expireTokens();
    expect(await rejection(sendOne(twitter(options), { text: 'Two' }))).toMatchObject({
      kind: 'configuration',
      code: 'twitter_refresh',
      message: expect.stringContaining('invalid_request: Value passed for the token was invalid.'),
    });
  });

  it.each<TwitterError>([
    { status: 400, error: 'invalid_grant', error_description: 'No' },
    { status: 400, title: 'Invalid Request' },
    { status: 401, title: 'Unauthorized' },
    { status: 403, error: 'invalid_client', error_description: 'No' },
    { status: 422, error: 'invalid_request', error_description: 'No' },
  ])('that is refused for its token or client asks for a login: %j', async (error) => {
    const { options } = keeping();
    running.sandbox.twitter.expireTokens();
    running.sandbox.twitter.refuse(error, { method: 'token' });
    expect(await rejection(sendOne(twitter(options)))).toMatchObject({
      kind: 'configuration',
      code: 'twitter_refresh',
      message: expect.stringMatching(/^X answered 4.*Have the user log in again\.$/),
    });
  });

  it.each<readonly [TwitterError, string, number | undefined]>([
    [{ status: 402, title: 'CreditsDepleted' }, 'twitter_credits', undefined],
    [{ status: 403, title: 'Client Forbidden' }, 'twitter_client', undefined],
    [{ status: 403, errors: [{ code: 64, message: 'Suspended' }] }, 'twitter_suspended', 3_600_000],
    [{ status: 403, title: 'Forbidden' }, 'twitter_forbidden', undefined],
    [{ status: 404, title: 'Not Found' }, 'twitter_endpoint', undefined],
    [{ status: 409, title: 'Conflict' }, 'twitter_refresh', undefined],
  ])('that is refused for another reason says so, and fails no post: %j', async (error, code, retryAfterMs) => {
    const { options } = keeping();
    running.sandbox.twitter.expireTokens();
    running.sandbox.twitter.refuse(error, { method: 'token' });
    const thrown = await rejection(sendOne(twitter(options)));
    expect(thrown).toMatchObject({ kind: 'configuration', code, message: expect.not.stringContaining('log in') });
    expect(thrown.retryAfterMs).toBe(retryAfterMs);
  });

  it.each<HttpFault>([
    { at: 'taken', drop: true },
    { at: 'taken', reply: { status: 502, body: '<h1>Bad Gateway</h1>' } },
  ])('whose reply is lost says so, and so does the refusal of the next refresh: %j', async (fault) => {
    const { options } = keeping();
    const messenger = twitter(options);
    running.sandbox.twitter.expireTokens();
    running.sandbox.twitter.fail({ ...fault, method: 'token' });
    expect(await rejection(sendOne(messenger))).toMatchObject({
      kind: 'transient',
      message: expect.stringMatching(
        /X may have made new tokens that were lost\. If it refuses the next refresh, have the user log in again\.$/,
      ),
    });
    expect(await rejection(sendOne(messenger))).toMatchObject({
      code: 'twitter_refresh',
      message: expect.stringContaining('a reply with new tokens was lost'),
    });
  });

  it('without a reply is aborted some seconds after the last session was closed', async () => {
    const { options } = keeping();
    running.sandbox.twitter.expireTokens();
    running.sandbox.twitter.fail({ method: 'token', silent: true });
    const stop = new AbortController();
    const before = running.sandbox.twitter.requests();
    const session = await twitter(options).open(never());
    const sent = rejection(session.send(delivery(''), stop));
    await expect.poll(() => running.sandbox.twitter.requests() - before).toBe(2);
    stop.abort();
    await sent;
    const closedAt = performance.now();
    await session.close?.();
    await expect.poll(() => running.sandbox.twitter.emulator.connections(), { timeout: 8_000 }).toBe(0);
    // Core waits 5 s for a session to close.
    expect(performance.now() - closedAt).toBeLessThan(4_500);
  });

  it('is waited for when a session is closed, so that its tokens are stored', async () => {
    const { options, stored } = keeping();
    running.sandbox.twitter.expireTokens();
    running.sandbox.twitter.fail({ method: 'token', delayMs: 300 });
    const stop = new AbortController();
    const session = await twitter(options).open(never());
    const sent = rejection(session.send(delivery(''), stop));
    await expect.poll(() => running.sandbox.twitter.requests()).toBe(2);
    stop.abort();
    await sent;
    expect(stored).toEqual([]);
    await session.close?.();
    expect(stored).toHaveLength(1);
  });

  it('goes on when a send in another session waits for it', async () => {
    const { options, stored } = keeping();
    const messenger = twitter(options);
    running.sandbox.twitter.expireTokens();
    running.sandbox.twitter.fail({ method: 'token', delayMs: 3_500 });
    const stop = new AbortController();
    const session = await messenger.open(never());
    const sent = rejection(session.send(delivery(''), stop));
    const waiting = sendOne(messenger, { text: 'Waiting' });
    await expect.poll(() => running.sandbox.twitter.requests()).toBe(3);
    stop.abort();
    await sent;
    await session.close?.();
    await waiting;
    expect(stored).toHaveLength(1);
  });

  it('by the wrong client is a configuration error', async () => {
    const { options } = keeping();
    running.sandbox.twitter.expireTokens();
    const wrong = { ...options, oauth2: { ...options.oauth2, clientSecret: 'wrong-secret' } };
    expect(await rejection(sendOne(twitter(wrong)))).toMatchObject({ kind: 'configuration', code: 'twitter_refresh' });
  });

  it('that fails has posted nothing, and the next one works', async () => {
    const { options, stored } = keeping();
    const messenger = twitter(options);
    running.sandbox.twitter.expireTokens();
    const outcomes: unknown[] = [];
    for (const fault of [
      { drop: true } as const,
      { reply: { status: 500, body: { title: 'Internal Server Error' } } },
      { reply: { status: 502, body: '<h1>Bad Gateway</h1>' } },
      { reply: { status: 503, body: { title: 'Service Unavailable' } } },
      { reply: { status: 429, body: { title: 'Too Many Requests' } } },
      { reply: { status: 403, body: '<h1>Firewall</h1>' } },
      { reply: { status: 200, body: {} } },
      { reply: { status: 200, body: { access_token: 'only-one' } } },
      { reply: { status: 200, body: { access_token: 'two\r\nlines', refresh_token: 'another' } } },
      { reply: { status: 200, body: '{"access_token":' } },
    ]) {
      running.sandbox.twitter.fail({ ...fault, method: 'token' });
      const { kind, code } = await rejection(sendOne(messenger));
      outcomes.push([kind, code]);
    }
    expect(outcomes).toEqual([
      ['transient', 'http_interrupted'],
      ['transient', 'twitter_internal'],
      ['transient', 'twitter_unreadable'],
      ['transient', 'twitter_unavailable'],
      ['transient', 'twitter_rate_limited'],
      ['configuration', 'twitter_gateway'],
      ['transient', 'twitter_unreadable'],
      ['transient', 'twitter_unreadable'],
      ['transient', 'twitter_unreadable'],
      ['transient', 'twitter_unreadable'],
    ]);
    expect(stored).toEqual([]);
    await sendOne(messenger);
    expect(running.sandbox.inbox.all()).toHaveLength(1);
    await expect.poll(() => running.sandbox.twitter.emulator.connections()).toBe(0);
  });
});

describe('onToken', () => {
  it('that fails is called again with the same tokens before the next post, and shows no secret', async () => {
    const options = running.sandbox.twitter.oauth2();
    const given: TwitterToken[] = [];
    const onToken = async (token: TwitterToken): Promise<void> => {
      given.push(token);
      if (given.length < 3) throw Object.assign(new Error(`cannot store ${token.refreshToken}`), { parameters: token });
    };
    const messenger = twitter({ ...options, oauth2: { ...options.oauth2, onToken } } satisfies TwitterOptions);
    running.sandbox.twitter.expireTokens();
    for (let count = 0; count < 2; count += 1) {
      const error = await rejection(sendOne(messenger));
      expect(error).toMatchObject({
        kind: 'configuration',
        code: 'twitter_on_token',
        message: expect.stringContaining('cannot store [redacted]'),
      });
      expect(findSecret(error, Object.values(given[0] ?? {}))).toBeUndefined();
    }
    expect(running.sandbox.inbox.all()).toEqual([]);
    const before = running.sandbox.twitter.requests();
    await sendOne(messenger);
    expect(running.sandbox.twitter.requests() - before).toBe(1);
    expect(given).toEqual([given[0], given[0], given[0]]);
    await sendOne(messenger, { text: 'Another' });
    expect(given).toHaveLength(3);
  });

  it('is waited for', async () => {
    const { options, isCalled, goOn } = waiting();
    running.sandbox.twitter.expireTokens();
    const sent = sendOne(twitter(options));
    await expect.poll(isCalled).toBe(true);
    expect(running.sandbox.inbox.all()).toEqual([]);
    goOn();
    await sent;
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });

  it('that never ends is given up after 10 s', async () => {
    const { options, isCalled } = waiting();
    running.sandbox.twitter.expireTokens();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const sent = rejection(sendOne(twitter(options)));
    await vi.waitUntil(isCalled);
    vi.advanceTimersByTime(10_000);
    expect(await sent).toMatchObject({
      kind: 'configuration',
      code: 'twitter_on_token',
      message: '`oauth2.onToken` did not store the new tokens: it did not end within 10 s.',
    });
    expect(running.sandbox.inbox.all()).toEqual([]);
  });

  it('that ends late has stored the tokens', async () => {
    const { options, isCalled, goOn, calls } = waiting();
    const messenger = twitter(options);
    running.sandbox.twitter.expireTokens();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const sent = rejection(sendOne(messenger));
    await vi.waitUntil(isCalled);
    vi.advanceTimersByTime(10_000);
    await sent;
    goOn();
    await sendOne(messenger, { text: 'Stored' });
    expect(calls()).toBe(1);
  });

  it('is optional', async () => {
    const options = running.sandbox.twitter.oauth2();
    running.sandbox.twitter.expireTokens();
    await sendOne(twitter(options));
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });
});
