import { generateKeyPairSync } from 'node:crypto';
import { findSecret } from '@sitemessage/core/testing';
import { rejection } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { type SmtpOptions, smtp } from '../src/index.ts';
import { readOptions } from '../src/options.ts';

const secrets = {
  password: 'hunter2-password',
  accessToken: 'access-token-of-the-shop',
  clientSecret: 'client-secret-of-the-shop',
  refreshToken: 'refresh-token-of-the-shop',
} as const;
const { password, accessToken, clientSecret, refreshToken } = secrets;
const pem = (type: 'rsa' | 'ed25519', passphrase?: string): string => {
  const { privateKey } = type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 1024 }) : generateKeyPairSync('ed25519');
  const encryption = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  return privateKey.export({ type: 'pkcs8', format: 'pem', ...encryption }) as string;
};
const rsa = pem('rsa');

const from = 'The shop <shop@example.com>';
const host = 'mail.example.com';
const user = 'shop';
const dkim = { domainName: 'example.com', keySelector: 'mail', privateKey: rsa };
const oauth2 = { clientId: 'shop', clientSecret, refreshToken };

/** [the option that the error names, the options] */
const wrong: readonly (readonly [string, object])[] = [
  ['host', { from }],
  ['host', { from, host: '' }],
  ['host', { from, host: 25 }],
  ['host', { from, host: 'smtp://mail.example.com' }],
  ['host', { from, host: 'mail.example.com\r\nevil' }],
  ['host', { from, host, url: `smtp://${host}` }],
  ['port', { from, host, port: 0 }],
  ['port', { from, host, port: 65_536 }],
  ['port', { from, host, port: 2.5 }],
  ['port', { from, host, port: '587' }],
  ['port', { from, port: 587, url: `smtp://${host}` }],
  ['user', { from, host, password }],
  ['user', { from, host, user: '', password }],
  ['user', { from, host, user: 7, password }],
  ['user', { from, host, oauth2: { accessToken } }],
  ['user', { from, user, url: `smtp://${host}` }],
  ['password', { from, host, user }],
  ['password', { from, host, user, password: '' }],
  ['password', { from, host, user, password: 7 }],
  ['password', { from, host, user, password, oauth2: { accessToken } }],
  ['password', { from, password, url: `smtp://shop@${host}` }],
  ['password', { from, url: `smtp://shop@${host}` }],
  ['oauth2.clientId', { from, host, user, oauth2: {} }],
  ['oauth2.accessToken', { from, host, user, oauth2: { accessToken: '' } }],
  ['oauth2.clientSecret', { from, host, user, oauth2: { clientId: 'shop', refreshToken } }],
  ['oauth2.refreshToken', { from, host, user, oauth2: { clientId: 'shop', clientSecret } }],
  ['oauth2.accessUrl', { from, host, user, oauth2: { ...oauth2, accessUrl: 'token' } }],
  ['oauth2.accessUrl', { from, host, user, oauth2: { ...oauth2, accessUrl: 'http://login.example.com/token' } }],
  ['oauth2.accessUrl', { from, host, user, oauth2: { ...oauth2, accessUrl: 'http://127.0.0.1.example.com/token' } }],
  ['oauth2.accessUrl', { from, host, user, oauth2: { ...oauth2, accessUrl: `https://shop:${password}@login.example.com/token` } }],
  ['oauth2.accessUrl', { from, host, user, oauth2: { ...oauth2, accessUrl: 'ftp://login.example.com/token' } }],
  ['url', { from, url: '' }],
  ['url', { from, url: 7 }],
  ['url', { from, url: host }],
  ['url', { from, url: `http://shop:${password}@${host}` }],
  ['url', { from, url: `smtp://shop:${password}@` }],
  ['url', { from, url: `smtp://shop:${password}%@${host}` }],
  ['url', { from, url: `smtp://shop:${password}@${host}/inbox` }],
  ['url', { from, url: `smtp://shop:${password}@${host}?secure=true` }],
  ['url', { from, url: `smtp://shop@${host}?${password}` }],
  ['url', { from, url: `smtp://shop:${password}@${host}#tls=none` }],
  ['url', { from, url: `smtp://shop:${password}@${host}:465` }],
  ['tls', { from, url: `smtp://shop:${password}@${host}?tls=none` }],
  ['tls', { from, url: `smtp://${host}?tls=ssl` }],
  ['tls', { from, url: `smtp://${host}?tls=` }],
  ['tls', { from, url: `smtp://${host}?tls=none&tls=starttls` }],
  ['tls', { from, url: `smtp://${host}?tls=none`, tls: 'starttls' }],
  ['tls', { from, url: `smtps://${host}?tls=starttls` }],
  ['tls', { from, host, tls: 'ssl' }],
  ['tls', { from, host, tls: 'toString' }],
  ['tls', { from, host, tls: true }],
  ['tls', { from, url: `smtps://${host}`, tls: 'none' }],
  ['tls', { from, url: `smtps://${host}`, tls: 'starttls' }],
  ['tls', { from, url: `smtp://shop:${password}@${host}`, tls: 'none' }],
  ['ca', { from, host, ca: 'no certificate' }],
  ['ca', { from, host, ca: rsa }],
  ['connections', { from, host, connections: 0 }],
  ['connections', { from, host, connections: 1.5 }],
  ['connections', { from, host, connections: Number.POSITIVE_INFINITY }],
  ['connections', { from, host, connections: '5' }],
  ['proxy', { from, host, proxy: '' }],
  ['proxy', { from, host, proxy: 'proxy.example.com:1080' }],
  ['proxy', { from, host, proxy: `ftp://shop:${password}@proxy.example.com:21` }],
  ['proxy', { from, host, proxy: `socks5://shop:${password}@proxy.example.com` }],
  ['proxy', { from, host, proxy: `http://shop:${password}%@proxy.example.com:3128` }],
  ['from', { host }],
  ['from', { host, from: '' }],
  ['from', { host, from: 'The shop' }],
  ['from', { host, from: 'shop@example.com, other@example.com' }],
  ['from', { host, from: 'shop@example.com\r\nBcc: eve@example.com' }],
  ['from', { host, from: { address: 'shop@example.com' } }],
  ['replyTo', { host, from, replyTo: 'nobody' }],
  ['replyTo', { host, from, replyTo: 'A <a@example.com>\nX: y' }],
  ['headers', { host, from, headers: 'X-Shop: 1' }],
  ['headers', { host, from, headers: ['X-Shop: 1'] }],
  ['headers', { host, from, headers: { 'X-Shop': 1 } }],
  ['headers', { host, from, headers: { 'X-Shop': 'a\r\nBcc: eve@example.com' } }],
  ['headers', { host, from, headers: { 'X Shop': 'a' } }],
  ['headers', { host, from, headers: { 'X:': 'a' } }],
  ['headers', { host, from, headers: { bCC: 'eve@example.com' } }],
  ['headers', { host, from, headers: { 'Message-ID': '<a@example.com>' } }],
  ['dkim.domainName', { host, from, dkim: { ...dkim, domainName: '' } }],
  ['dkim.keySelector', { host, from, dkim: { ...dkim, keySelector: undefined } }],
  ['dkim.privateKey', { host, from, dkim: { ...dkim, privateKey: undefined } }],
  ['dkim.privateKey', { host, from, dkim: { ...dkim, privateKey: password } }],
  ['dkim.privateKey', { host, from, dkim: { ...dkim, privateKey: pem('ed25519') } }],
  ['dkim.privateKey', { host, from, dkim: { ...dkim, privateKey: pem('rsa', 'passphrase') } }],
  ['name', { host, from, name: '' }],
  ['name', { host, from, name: 'shop\r\nMAIL FROM:<eve@example.com>' }],
  ['name', { host, from, name: 7 }],
];

describe('a wrong option', () => {
  it.each(wrong.map(([name, options], index) => ({ name, options, which: `case ${index + 1}` })))(
    'is refused by name, and no secret is shown: $name, $which',
    async ({ name, options }) => {
      const error = await rejection(() => smtp(options as SmtpOptions));
      expect(error).toMatchObject({ name: 'ArgumentError', kind: 'configuration', code: 'option_invalid', field: name });
      expect(error.message).toContain(`\`${name}\` of smtp `);
      expect(findSecret(error, [...Object.values(secrets), rsa.split('\n')[1] ?? ''])).toBeUndefined();
    },
  );

  it('is refused with advice: port 465 in a URL that does not begin with TLS', () => {
    expect(() => smtp({ from, url: `smtp://shop:${password}@${host}:465` })).toThrow('Begin it with smtps://');
  });

  const noAddress = 'must be an address, such as `The shop <shop@example.com>`.';
  it.each([
    [{ host }, `\`from\` of smtp ${noAddress}`],
    [{ host, from: 'x' }, `\`from\` of smtp ${noAddress}`],
    [{ host, from: ' ' }, `\`from\` of smtp ${noAddress}`],
    [{ host, from: 'The shop <>' }, `\`from\` of smtp ${noAddress}`],
    [{ host, from, replyTo: 'x' }, `\`replyTo\` of smtp ${noAddress}`],
    [{ host, from: 'a@example.com, b@example.com' }, '`from` of smtp must be one address, such as `The shop <shop@example.com>`.'],
    [{ host, from: 'a@-' }, '`from` of smtp is wrong. The e-mail address ("a@-") has no valid domain after the @.'],
    [{ host, from, headers: { Bcc: 'x' } }, '`headers` of smtp must not have Bcc, which the messenger sets itself.'],
    [
      { host, from, headers: { 'X-Long': 'x'.repeat(1_000) } },
      '`headers` of smtp has a word in X-Long that is too long for a line. Put spaces between its parts.',
    ],
    [{ host, from: `${'x'.repeat(1_000)} <a@example.com>` }, '`from` of smtp has a name that is too long for the line of a header.'],
  ])('is refused with the reason: %o', async (options, message) => {
    expect((await rejection(() => smtp(options as SmtpOptions))).message).toBe(message);
  });

  it.each([
    ['auth', { user: 'shop', pass: secrets.password }, '`user` and `password`'],
    ['pass', secrets.password, '`password`'],
    ['secure', true, "`tls: 'implicit'`"],
    ['requireTLS', true, "`tls: 'starttls'`"],
    ['ignoreTLS', true, "`tls: 'none'`"],
    ['pool', true, '`connections`'],
    ['maxConnections', 3, '`connections`'],
    ['service', 'gmail', '`host`'],
  ])("is refused with the name that it has here, when it is nodemailer's: %s", async (name, value, instead) => {
    const error = await rejection(() => smtp({ host, from, [name]: value } as never));
    expect(error).toMatchObject({ kind: 'configuration', code: 'option_unknown' });
    expect(error.message).toContain(`\`${name}\` is not an option of smtp.`);
    expect(error.message).toContain(instead);
    expect(findSecret(error, Object.values(secrets))).toBeUndefined();
  });

  it.each([undefined, null])('is refused by name when there are no options: %s', (options) => {
    expect(() => smtp(options as never)).toThrow('`host`');
  });
});

describe('the defaults', () => {
  it('are STARTTLS on 587 with five connections', () => {
    expect(readOptions({ host, from })).toMatchObject({ host, port: 587, tls: 'starttls', connections: 5, headers: {} });
    expect(smtp({ host, from })).toMatchObject({ alias: 'smtp', title: 'E-mail', concurrency: 5, timeoutMs: 30_000 });
  });

  it.each([
    [
      { host, tls: 'implicit' },
      { port: 465, tls: 'implicit' },
    ],
    [
      { host, tls: 'none' },
      { port: 25, tls: 'none' },
    ],
    [{ url: `smtp://${host}` }, { port: 587, tls: 'starttls', user: undefined }],
    [{ url: `smtps://${host}` }, { port: 465, tls: 'implicit' }],
    [
      { url: `smtps://${host}`, tls: 'implicit' },
      { port: 465, tls: 'implicit' },
    ],
    [
      { url: `smtp://${host}:2525/`, tls: 'none' },
      { port: 2525, tls: 'none' },
    ],
    [{ url: `smtp://${host}?tls=none` }, { port: 25, tls: 'none' }],
    [{ url: `smtp://${host}/?tls=implicit` }, { port: 465, tls: 'implicit' }],
    [{ url: `smtp://${host}:465?tls=starttls` }, { port: 465, tls: 'starttls' }],
    [
      { url: `smtp://${host}:465?tls=implicit`, tls: 'implicit' },
      { port: 465, tls: 'implicit' },
    ],
    [{ url: `smtps://${host}:587?tls=implicit` }, { port: 587, tls: 'implicit' }],
    [{ url: 'smtp://[::1]:2525' }, { host: '::1', port: 2525 }],
    [{ url: 'smtp://shop%40example.com:p%40ss%2Fw%3Ard%25@localhost' }, { user: 'shop@example.com', password: 'p@ss/w:rd%' }],
    [
      { host: 'localhost', tls: 'none', user, password },
      { user, password },
    ],
    [
      { host: '::1', tls: 'none', user, password },
      { user, password },
    ],
  ] as const)('follow from the other options: %o', (given, expected) => {
    expect(readOptions({ ...given, from })).toMatchObject(expected);
  });

  it.each(['https://login.example.com/token', 'http://localhost:8080/token', 'http://127.0.0.1/token', 'http://[::1]:8080/token'])(
    'allow a token server that nobody can listen to: %s',
    (accessUrl) => {
      expect(readOptions({ from, host, user, oauth2: { ...oauth2, accessUrl } }).oauth2).toMatchObject({ accessUrl });
    },
  );

  it.each([
    ['shop@example.com', { name: '', address: 'shop@example.com' }],
    ['The shop <shop@EXAMPLE.com>', { name: 'The shop', address: 'shop@example.com' }],
    ['"Shop, the" <shop@bücher.example>', { name: 'Shop, the', address: 'shop@xn--bcher-kva.example' }],
  ])('read the sender: %s', (given, mailbox) => {
    expect(readOptions({ host, from: given, replyTo: given })).toMatchObject({ from: mailbox, replyTo: mailbox });
  });
});
