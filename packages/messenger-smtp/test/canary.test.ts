import { generateKeyPairSync } from 'node:crypto';
import { createSitemessage, type SitemessageEvent } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { fakeRuntime, findSecret } from '@sitemessage/core/testing';
import { delivery, rejection, traces } from '@sitemessage/test-support';
import { startHttpProxy, startSocks5 } from '@sitemessage/test-support/proxies';
import { describe, expect, it } from 'vitest';
import { type SmtpOptions, smtp } from '../src/index.ts';
import { sandboxed } from './sandboxed.ts';
import { startTokenEndpoint } from './token-endpoint.ts';

const running = sandboxed();
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const tracesOf = (options: SmtpOptions) => traces(smtp(options), delivery('ann@example.com'));

describe('the probe itself', () => {
  it.each([
    ['in a property', { options: { pass: 'p@ss/w:rd%' } }],
    ['in a hidden property', Object.defineProperty(new Error('x'), 'pass', { value: 'p@ss/w:rd%' })],
    ['in a cause', new Error('x', { cause: new Error('p@ss/w:rd%') })],
    ['in base64', `AUTH PLAIN ${base64('\0shop\0p@ss/w:rd%')}`],
    ['in a URL', `smtp://shop:${encodeURIComponent('p@ss/w:rd%')}@localhost`],
    ['in an event', [{ error: { message: 'p@ss/w:rd%' } }]],
  ])('finds a secret %s', (_, value) => {
    expect(findSecret(value, ['another', 'p@ss/w:rd%'])).toBeDefined();
    expect(findSecret(value, ['another'])).toBeUndefined();
  });
});

describe('a password', () => {
  const password = 'c@nary/p:ss%word';

  it('that the server repeats in its refusal is never shown', async () => {
    const { options } = running.sandbox.smtp;
    const user = 'canary@example.com';
    for (const echo of [password, base64(password), base64(`\0${user}\0${password}`), encodeURIComponent(password)]) {
      running.sandbox.smtp.fail({ at: 'auth', reply: `535 5.7.8 ${echo} is wrong` });
      const left = await tracesOf({ ...options, user, password });
      expect(left.at(-1)).toMatchObject({ code: 'smtp_login_refused', message: expect.stringMatching(/ is wrong$/) });
      expect(findSecret(left, [password])).toBeUndefined();
    }
  });

  it('that works is never shown', async () => {
    const { options, url } = running.sandbox.smtp;
    expect(findSecret(await tracesOf(options), [options.password])).toBeUndefined();
    expect(findSecret(await tracesOf({ url, ca: options.ca, from: options.from }), [options.password])).toBeUndefined();
  });

  it.each([
    ['connect', '554 5.7.1 Go away, sandbox-password'],
    ['mail', '550 5.7.1 sandbox-password is not your sender'],
    ['rcpt', '550 5.1.1 sandbox-password: no such user'],
    ['rcpt', '451 4.3.0 sandbox-password'],
    ['content', '554 5.6.0 sandbox-password'],
  ] as const)('is redacted in the reply of the server at %s', async (at, reply) => {
    running.sandbox.smtp.fail({ at, reply });
    const left = await tracesOf(running.sandbox.smtp.options);
    expect(left.at(-1)).toBeInstanceOf(Error);
    expect(findSecret(left, [running.sandbox.smtp.options.password])).toBeUndefined();
  });

  it.each([
    ['socks5', startSocks5],
    ['http', startHttpProxy],
  ] as const)('of a %s proxy is never shown, in every failure', async (protocol, start) => {
    const login = { user: 'team', password };
    const at = (port: number): string => `${protocol}://team:${encodeURIComponent(password)}@127.0.0.1:${port}`;
    const { options, ports } = running.sandbox.smtp;
    const names = { '127.0.0.1': ports.starttls };
    const left: unknown[] = [];
    let port: number;
    {
      await using right = await start({ login, names });
      await using wrong = await start({ login: { ...login, password: 'another' }, names });
      await using lost = await start({ login, names: {} });
      for (const proxy of [right, wrong, lost]) left.push(await tracesOf({ ...options, proxy: at(proxy.port) }));
      running.sandbox.smtp.fail({ at: 'rcpt', reply: `550 5.1.1 ${base64(`team:${password}`)}` });
      left.push(await tracesOf({ ...options, proxy: at(right.port) }));
      port = right.port;
    }
    left.push(await tracesOf({ ...options, proxy: at(port) }));
    expect(left.flat().filter((trace) => trace instanceof Error)).toHaveLength(4);
    expect(findSecret(left, [password, options.password])).toBeUndefined();
  });
});

describe('a token', () => {
  const secrets = { accessToken: 'canary-access-token', refreshToken: 'canary-refresh-token', clientSecret: 'canary-client-secret' };

  it('that is refused, and that the server repeats, is never shown', async () => {
    const { password: _, ...options } = running.sandbox.smtp.options;
    const { accessToken } = secrets;
    for (const echo of [accessToken, base64(`user=${options.user}\x01auth=Bearer ${accessToken}\x01\x01`)]) {
      running.sandbox.smtp.fail({ at: 'auth', reply: `535 5.7.8 ${echo}` });
      const left = await tracesOf({ ...options, oauth2: { accessToken } });
      expect(left.at(-1)).toMatchObject({ code: 'smtp_login_refused' });
      expect(findSecret(left, [accessToken])).toBeUndefined();
    }
  });

  it('that is fetched is never shown, and neither are the secrets to fetch it', async () => {
    const { password: _, ...options } = running.sandbox.smtp.options;
    const { clientSecret, refreshToken } = secrets;
    const answers = [
      { access_token: running.sandbox.smtp.accessToken },
      { error: 'invalid_grant', error_description: `${refreshToken} ${clientSecret}` },
    ];
    for (const answer of answers) {
      await using endpoint = await startTokenEndpoint(answer);
      const left = await tracesOf({ ...options, oauth2: { clientId: 'shop', clientSecret, refreshToken, accessUrl: endpoint.url } });
      expect(findSecret(left, [clientSecret, refreshToken, running.sandbox.smtp.accessToken])).toBeUndefined();
    }
  });
});

describe('a token that was fetched', () => {
  it('and that the server repeats in its refusal is never shown', async () => {
    const { password: _, ...options } = running.sandbox.smtp.options;
    const fetched = 'canary-fetched-token';
    await using endpoint = await startTokenEndpoint({ access_token: fetched });
    const oauth2 = { clientId: 'shop', clientSecret: 'client-secret', refreshToken: 'refresh-token', accessUrl: endpoint.url };
    for (const echo of [fetched, base64(`user=${options.user}\x01auth=Bearer ${fetched}\x01\x01`)]) {
      running.sandbox.smtp.fail({ at: 'auth', reply: `535 5.7.8 ${echo}` });
      const left = await tracesOf({ ...options, oauth2 });
      expect(left.at(-1)).toMatchObject({ code: 'smtp_login_refused' });
      expect(findSecret(left, [fetched])).toBeUndefined();
    }
  });
});

describe('a DKIM key', () => {
  it('is never shown', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const options = { ...running.sandbox.smtp.options, dkim: { domainName: 'example.com', keySelector: 'mail', privateKey: pem } };
    const left = [await tracesOf(options)];
    running.sandbox.smtp.fail({ at: 'content', reply: '554 5.6.0 Refused' });
    left.push(await tracesOf(options));
    expect(findSecret(left, pem.split('\n').slice(1, -2))).toBeUndefined();
  });
});

describe('a site', () => {
  it('has no password in any event, result, record or error', async () => {
    const { options } = running.sandbox.smtp;
    const secrets = [options.password, 'canary-password'];
    const runtime = fakeRuntime();
    const left: unknown[] = [];
    const site = createSitemessage({
      runtime,
      storage: memoryStorage({ runtime }),
      messengers: [smtp(options), smtp({ ...options, password: 'canary-password', alias: 'wrong' })],
    });
    const events: SitemessageEvent[] = [];
    site.onEvent((event) => events.push(event));
    const replies = ['250 2.0.0 queued as sandbox-password', '550 5.1.1 sandbox-password', '451 4.3.0 sandbox-password'];
    for (const [index, reply] of replies.entries()) {
      running.sandbox.smtp.fail({ at: 'taken', reply, to: `r${index}@example.com` });
    }
    running.sandbox.smtp.fail({ at: 'auth', reply: '535 5.7.8 canary-password is wrong' });
    await site.scheduleMessages('Hello', [
      site.recipients('wrong', 'ann@example.com'),
      site.recipients('smtp', ['r0@example.com', 'r1@example.com', 'r2@example.com', 'r3@example.com']),
    ]);
    left.push(await site.sendScheduledMessages({ messengers: ['wrong'] }));
    left.push(await site.sendScheduledMessages({ messengers: ['smtp'] }));
    left.push(await rejection(site.sendTestMessage('wrong', 'ann@example.com')));
    for await (const dispatch of site.list()) left.push(dispatch, await site.find(dispatch.id));
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set(['suppressed', 'scheduled', 'sent', 'error', 'failed', 'paused', 'released']),
    );
    expect(findSecret([...left, ...events, site], secrets)).toBeUndefined();
    await site.close();
  });
});
