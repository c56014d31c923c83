import { findSecret } from '@sitemessage/core/testing';
import { certificate, rejection } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { type XmppOptions, xmpp } from '../src/index.ts';
import { readOptions } from '../src/options.ts';

const password = 'hunter2-password';
const jid = 'shop@example.com';

/** [the option that the error names, the options] */
const wrong: readonly (readonly [string, object])[] = [
  ['jid', { password }],
  ['jid', { jid: 'example.com', password }],
  ['jid', { jid: 'shop@example.com/desk', password }],
  ['jid', { jid: 7, password }],
  ['password', { jid }],
  ['password', { jid, password: '' }],
  ['password', { jid, password: 7 }],
  ['password', { jid, password: `${password}\0` }],
  ['host', { jid, password, host: '' }],
  ['host', { jid, password, host: 25 }],
  ['host', { jid, password, host: 'xmpp://example.com' }],
  ['host', { jid, password, host: 'example.com', service: 'xmpp://example.com' }],
  ['port', { jid, password, port: 0 }],
  ['port', { jid, password, port: 65_536 }],
  ['port', { jid, password, port: '5222' }],
  ['port', { jid, password, port: 5_222, service: 'xmpp://example.com' }],
  ['service', { jid, password, service: 7 }],
  ['service', { jid, password, service: 'example.com:5222' }],
  ['service', { jid, password, service: 'https://example.com' }],
  ['service', { jid, password, service: 'wss://example.com/ws' }],
  ['service', { jid, password, service: `xmpp://shop:${password}@example.com` }],
  ['service', { jid, password, service: 'xmpp://example.com/room' }],
  ['tls', { jid, password, tls: 'always' }],
  ['tls', { jid, password, tls: 'toString' }],
  ['tls', { jid, password, tls: 'implicit', service: 'xmpp://example.com' }],
  ['tls', { jid, password, tls: 'starttls', service: 'xmpps://example.com' }],
  ['tls', { jid, password, tls: 'none' }],
  ['tls', { jid, password, tls: 'none', host: '192.0.2.1' }],
  ['tls', { jid, password, tls: 'none', host: '127.0.0.1.example.com' }],
  ['tls', { jid, password, tls: 'none', host: '127.0.0.1', proxy: 'socks5://proxy.example.com:1080' }],
  ['ca', { jid, password, ca: 'none' }],
  ['resource', { jid, password, resource: '' }],
  ['resource', { jid, password, resource: 'a\nb' }],
  ['resource', { jid, password, resource: 7 }],
  ['proxy', { jid, password, proxy: 'proxy.example.com' }],
  ['proxy', { jid, password, proxy: 'ftp://proxy.example.com' }],
  ['proxy', { jid, password, proxy: `socks5://team:${password}@proxy.example.com` }],
];

describe('a wrong option', () => {
  it.each(wrong)('is refused when the messenger is made, and the error names it: %s of %j', async (name, options) => {
    const error = await rejection(() => xmpp(options as XmppOptions));
    expect(error).toMatchObject({ name: 'ArgumentError', kind: 'configuration', code: 'option_invalid', field: name });
    expect(error.message).toMatch(new RegExp(`^\`${name}\` of xmpp .*[^.]\\.$`));
    expect(findSecret(error, [password])).toBeUndefined();
  });
});

describe('options', () => {
  it('have defaults', () => {
    expect(readOptions({ jid: 'Shop@Example.com', password })).toEqual({
      user: 'shop',
      domain: 'example.com',
      password,
      host: 'example.com',
      port: 5_222,
      tls: 'starttls',
      ca: undefined,
      resource: undefined,
      proxy: undefined,
      timeoutMs: 30_000,
    });
  });

  it.each([
    [{ tls: 'implicit' }, { host: 'example.com', port: 5_223, tls: 'implicit' }],
    [
      { tls: 'none', host: 'localhost' },
      { host: 'localhost', port: 5_222, tls: 'none' },
    ],
    [
      { tls: 'none', service: 'xmpp://[::1]' },
      { host: '::1', port: 5_222, tls: 'none' },
    ],
    [{ service: 'xmpp://im.example.com' }, { host: 'im.example.com', port: 5_222, tls: 'starttls' }],
    [{ service: 'xmpp://im.example.com:80/' }, { host: 'im.example.com', port: 80, tls: 'starttls' }],
    [{ service: 'xmpps://im.example.com' }, { host: 'im.example.com', port: 5_223, tls: 'implicit' }],
    [
      { service: 'xmpps://192.0.2.1:443', tls: 'implicit' },
      { host: '192.0.2.1', port: 443, tls: 'implicit' },
    ],
    [
      { resource: 'desk 1', timeoutMs: 5_000 },
      { resource: 'desk 1', timeoutMs: 5_000 },
    ],
  ] as const)('%j give %j', async (given, expected) => {
    expect(readOptions({ jid, password, ...given })).toMatchObject(expected);
  });

  it('take a certificate', async () => {
    const { cert } = await certificate(['example.com']);
    expect(readOptions({ jid, password, ca: cert }).ca).toBe(cert);
  });
});
