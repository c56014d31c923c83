import { delivery, never, rejection, withSession } from '@sitemessage/test-support';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { smtp } from '../src/index.ts';
import { fetchToken } from '../src/token.ts';
import { sandboxed } from './sandboxed.ts';
import { sendOne } from './sending.ts';
import { startTokenEndpoint } from './token-endpoint.ts';

const running = sandboxed();
const refused = { kind: 'configuration', code: 'smtp_login_refused' };

describe('logging in', () => {
  it('takes a user and a password', async () => {
    const { options, logins } = running.sandbox.smtp;
    await sendOne(smtp(options));
    expect(logins().at(-1)).toEqual({ user: options.user, secure: true });
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });

  it('takes them from a URL', async () => {
    const { options, url, logins } = running.sandbox.smtp;
    await sendOne(smtp({ url, ca: options.ca, from: options.from }));
    expect(logins().at(-1)).toEqual({ user: options.user, secure: true });
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });

  it('decodes every percent-encoded character of a URL', async () => {
    const { options } = running.sandbox.smtp;
    const encoded = [...options.password].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('');
    const user = encodeURIComponent(options.user);
    await sendOne(smtp({ url: `smtp://${user}:${encoded}@127.0.0.1:${options.port}`, ca: options.ca, from: options.from }));
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });

  it('does not happen without a user', async () => {
    const { host, port, ca, from } = running.sandbox.smtp.options;
    const before = running.sandbox.smtp.logins().length;
    await sendOne(smtp({ host, port, ca, from }));
    expect(running.sandbox.smtp.logins()).toHaveLength(before);
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });

  it('takes an OAuth2 access token', async () => {
    const { options, accessToken, logins } = running.sandbox.smtp;
    const { password: _, ...rest } = options;
    await sendOne(smtp({ ...rest, oauth2: { accessToken } }));
    expect(logins().at(-1)).toEqual({ user: options.user, secure: true });
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });

  it('fetches an access token with a refresh token', async () => {
    const { options, accessToken } = running.sandbox.smtp;
    const { password: _, ...rest } = options;
    await using endpoint = await startTokenEndpoint({ access_token: accessToken, expires_in: 3_600 });
    const oauth2 = { clientId: 'shop', clientSecret: 'client-secret', refreshToken: 'refresh-token', accessUrl: endpoint.url };
    await sendOne(smtp({ ...rest, oauth2 }));
    expect(running.sandbox.inbox.all()).toHaveLength(1);
    expect(endpoint.asked()[0]).toEqual({
      client_id: 'shop',
      client_secret: 'client-secret',
      refresh_token: 'refresh-token',
      grant_type: 'refresh_token',
    });
  });
});

describe('a login that is refused', () => {
  it.each([
    ['a wrong password', { password: 'not-the-password' }],
    ['a wrong user', { user: 'eve@example.com' }],
  ])('is a wrong configuration: %s', async (_, wrong) => {
    const error = await rejection(smtp({ ...running.sandbox.smtp.options, ...wrong }).open(never()));
    expect(error).toMatchObject(refused);
    expect(error.message).toContain('535 5.7.8');
  });

  it('is a wrong configuration: a wrong password in a URL', async () => {
    const { options, url } = running.sandbox.smtp;
    const error = await rejection(
      smtp({ url: url.replace(options.password, 'no%20pass'), ca: options.ca, from: options.from }).open(never()),
    );
    expect(error).toMatchObject(refused);
  });

  it('is a wrong configuration: a wrong access token', async () => {
    const { password: _, ...rest } = running.sandbox.smtp.options;
    const error = await rejection(smtp({ ...rest, oauth2: { accessToken: 'another-token' } }).open(never()));
    expect(error).toMatchObject(refused);
  });

  it('is transient when the server is busy', async () => {
    running.sandbox.smtp.fail({ at: 'auth', reply: '454 4.7.0 Temporary authentication failure' });
    const messenger = smtp(running.sandbox.smtp.options);
    expect(await rejection(messenger.open(never()))).toMatchObject({ kind: 'transient', code: 'smtp_login_busy' });
    await sendOne(messenger);
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });
});

describe('a token server', () => {
  const oauth2 = { clientId: 'shop', clientSecret: 'client-secret', refreshToken: 'refresh-token' };
  const opening = (accessUrl: string) => {
    const { password: _, ...rest } = running.sandbox.smtp.options;
    return smtp({ ...rest, oauth2: { ...oauth2, accessUrl } }).open(never());
  };
  const elsewhere = { location: 'http://127.0.0.1:1/token' };

  it.each([
    [
      'a refresh token that has been withdrawn',
      400,
      { error: 'invalid_grant', error_description: 'Token has been revoked.' },
      'Token has been revoked.',
    ],
    ['an error, although the status is 200', 200, { error: 'invalid_client' }, 'invalid_client'],
    ['an unknown client', 401, { error: 'invalid_client' }, 'invalid_client'],
    ['no such page', 404, '<h1>Not found</h1>', '404'],
    ['no token', 200, { id_token: 'x' }, '200'],
    ['a token that is not a text', 200, { access_token: 7 }, '200'],
    ['a redirection', 307, '', '307'],
  ])('that refuses is a wrong configuration: %s', async (_, status, answer, words) => {
    await using endpoint = await startTokenEndpoint(answer, status, status === 307 ? elsewhere : {});
    expect(await rejection(opening(endpoint.url))).toMatchObject({ ...refused, message: expect.stringContaining(words) });
    expect(endpoint.asked()).toHaveLength(1);
  });

  it.each([
    ['a page of the proxy before it', 502, '<h1>Bad gateway</h1>'],
    ['maintenance, in JSON', 503, { message: 'Service Unavailable' }],
    ['too many requests', 429, { error: 'rate_limited' }],
    ['an internal error', 400, { error: 'server_error' }],
    ['an overload', 400, { error: 'temporarily_unavailable' }],
  ])('that cannot answer now is an outage: %s', async (_, status, answer) => {
    await using endpoint = await startTokenEndpoint(answer, status);
    expect(await rejection(opening(endpoint.url))).toMatchObject({ kind: 'transient', code: 'smtp_login_busy', sessionLost: true });
  });

  it('that is down is an outage', async () => {
    const { url } = await startTokenEndpoint({}).then(async (endpoint) => {
      await endpoint[Symbol.asyncDispose]();
      return endpoint;
    });
    const error = await rejection(opening(url));
    expect(error).toMatchObject({ kind: 'transient', code: 'smtp_login_busy', sessionLost: true });
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('is asked once for several connections', async () => {
    const { options, accessToken } = running.sandbox.smtp;
    const { password: _, ...rest } = options;
    await using endpoint = await startTokenEndpoint({ access_token: accessToken, expires_in: 3_600 });
    await withSession(smtp({ ...rest, oauth2: { ...oauth2, accessUrl: endpoint.url } }), (session) =>
      Promise.all(['ann@example.com', 'bob@example.org'].map((address) => session.send(delivery(address), never()))),
    );
    expect(running.sandbox.inbox.all()).toHaveLength(2);
    expect(endpoint.asked()).toHaveLength(1);
  });

  it('is asked again when its token has expired', async () => {
    const { options, accessToken } = running.sandbox.smtp;
    const { password: _, ...rest } = options;
    await using endpoint = await startTokenEndpoint({ access_token: accessToken, expires_in: 60 });
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const messenger = smtp({ ...rest, oauth2: { ...oauth2, accessUrl: endpoint.url } });
    await withSession(messenger, async (session) => {
      vi.setSystemTime(Date.now() + 60_001);
      await Promise.all(['ann@example.com', 'bob@example.org'].map((address) => session.send(delivery(address), never())));
    });
    expect(endpoint.asked()).toHaveLength(2);
  });

  it.each([
    [3_600, 1_003_600_000],
    ['60', 1_000_060_000],
    [null, 0],
    [undefined, 0],
    [0, 0],
    ['soon', 0],
  ] as const)('says when its token expires: %s', async (expires_in, expiresAt) => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000_000 });
    onTestFinished(() => void vi.useRealTimers());
    await using endpoint = await startTokenEndpoint({ access_token: 'token', ...(expires_in !== undefined && { expires_in }) });
    expect(await fetchToken({ ...oauth2, accessUrl: endpoint.url })).toEqual({ accessToken: 'token', expiresAt });
  });
});
