import { describe, expect, it } from 'vitest';
import { smtp } from '../src/index.ts';
import { rejection } from './rejection.ts';
import { sandboxed } from './sandboxed.ts';
import { never, sendOne } from './sending.ts';
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

  it('decodes what is percent-encoded in a URL, every character of it', async () => {
    const { options } = running.sandbox.smtp;
    const encoded = [...options.password].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('');
    const user = encodeURIComponent(options.user);
    await sendOne(smtp({ url: `smtp://${user}:${encoded}@127.0.0.1:${options.port}`, ca: options.ca, from: options.from }));
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });

  it('happens not at all without a user', async () => {
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

  it('is a wrong configuration: a refresh token that has been withdrawn', async () => {
    const { password: _, ...rest } = running.sandbox.smtp.options;
    await using endpoint = await startTokenEndpoint({ error: 'invalid_grant', error_description: 'Token has been revoked.' });
    const oauth2 = { clientId: 'shop', clientSecret: 'client-secret', refreshToken: 'refresh-token', accessUrl: endpoint.url };
    const error = await rejection(smtp({ ...rest, oauth2 }).open(never()));
    expect(error).toMatchObject({ ...refused, message: expect.stringContaining('Token has been revoked.') });
  });

  it('is met again when it works for now: the server is busy', async () => {
    running.sandbox.smtp.fail({ at: 'auth', reply: '454 4.7.0 Temporary authentication failure' });
    const messenger = smtp(running.sandbox.smtp.options);
    expect(await rejection(messenger.open(never()))).toMatchObject({ kind: 'transient', code: 'smtp_login_busy' });
    await sendOne(messenger);
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });
});
