import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { never, rejection } from '@sitemessage/test-support';
import { afterEach, describe, expect, it } from 'vitest';
import { smtp } from '../src/index.ts';
import { type RecordingRelay, startRecordingRelay } from './recording-relay.ts';
import { sandboxed } from './sandboxed.ts';
import { sendOne } from './sending.ts';

const running = sandboxed();
const relays: RecordingRelay[] = [];
const relayTo = async (port: number, host?: string): Promise<RecordingRelay> => {
  const relay = await startRecordingRelay(port, host);
  relays.push(relay);
  return relay;
};
afterEach(async () => {
  for (const relay of relays.splice(0)) await relay.close();
});

/** Returns every form that the password has in base64, for each place in a text. */
const encodedForms = (password: string): readonly string[] =>
  [0, 1, 2].map((before) =>
    Buffer.from(' '.repeat(before) + password)
      .toString('base64')
      .slice(before + 2, -4),
  );

describe('`starttls`, the default,', () => {
  it('says only hello before the connection is encrypted', async () => {
    const { tls: _, ...options } = running.sandbox.smtp.options;
    const relay = await relayTo(options.port);
    await sendOne(smtp({ ...options, port: relay.port }));
    expect(running.sandbox.smtp.logins().at(-1)).toMatchObject({ secure: true });
    const inClear = relay.recorded().split('STARTTLS\r\n');
    expect(inClear[0]).toMatch(/^EHLO \S+\r\n$/);
    for (const part of [options.password, ...encodedForms(options.password), 'AUTH', 'MAIL FROM'])
      expect(relay.recorded()).not.toContain(part);
  });

  it('refuses a server that does not offer it, before the password goes out', async () => {
    const { options, ports } = running.sandbox.smtp;
    const relay = await relayTo(ports.plain);
    const logins = running.sandbox.smtp.logins().length;
    const error = await rejection(smtp({ ...options, port: relay.port }).open(never()));
    expect(error).toMatchObject({ kind: 'configuration', code: 'smtp_tls_unavailable' });
    expect(error.message).toMatch(/^The server answered 5\d\d .+ to STARTTLS\. .* `tls`.*\.$/);
    expect(relay.recorded()).toMatch(/^EHLO \S+\r\nSTARTTLS\r\n/);
    expect(relay.recorded()).not.toContain('AUTH');
    expect(running.sandbox.smtp.logins()).toHaveLength(logins);
  });

  it('counts a connection that breaks in the middle of the handshake as an outage', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('220 ready\r\n');
      socket.on('data', (text) => {
        if (/^EHLO/.test(String(text))) socket.write('250-hello\r\n250 STARTTLS\r\n');
        else socket.end('220 go ahead\r\n');
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const error = await rejection(smtp({ ...running.sandbox.smtp.options, port }).open(never()));
    expect(error).toMatchObject({ kind: 'transient', code: 'smtp_connection' });
    server.close();
    await once(server, 'close');
  });
});

describe('`implicit`', () => {
  it('encrypts from the first byte on', async () => {
    const { options, ports } = running.sandbox.smtp;
    const relay = await relayTo(ports.implicit);
    await sendOne(smtp({ ...options, port: relay.port, tls: 'implicit' }));
    expect(running.sandbox.smtp.logins().at(-1)).toMatchObject({ secure: true });
    // A TLS handshake record, and no SMTP.
    expect(relay.recorded().startsWith('\x16\x03')).toBe(true);
    expect(relay.recorded()).not.toContain('EHLO');
  });

  it('is what an smtps URL asks for', async () => {
    const { options, ports } = running.sandbox.smtp;
    const url = `smtps://${encodeURIComponent(options.user)}:${options.password}@127.0.0.1:${ports.implicit}`;
    await sendOne(smtp({ url, ca: options.ca, from: options.from }));
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });

  it('refuses a port where TLS does not come first', async () => {
    const { options } = running.sandbox.smtp;
    const error = await rejection(smtp({ ...options, tls: 'implicit' }).open(never()));
    expect(error).toMatchObject({ kind: 'configuration', code: 'smtp_tls_unavailable' });
    expect(error.message).toContain(`at port ${options.port}`);
    expect(error.message).toContain("`tls: 'starttls'`");
    expect(error.message).not.toMatch(/error:|routines|openssl/i);
  });
});

describe('`none`', () => {
  it('encrypts nothing, even when the server offers it', async () => {
    const { options } = running.sandbox.smtp;
    const relay = await relayTo(options.port);
    await sendOne(smtp({ host: '127.0.0.1', port: relay.port, tls: 'none', from: options.from }));
    expect(relay.recorded()).not.toContain('STARTTLS');
    expect(relay.recorded()).toContain('MAIL FROM:<sandbox@example.com>');
  });

  it('logs in to a server on this machine', async () => {
    const { options, ports } = running.sandbox.smtp;
    const { ca: _, ...rest } = options;
    await sendOne(smtp({ ...rest, port: ports.plain, tls: 'none' }));
    expect(running.sandbox.smtp.logins().at(-1)).toEqual({ user: options.user, secure: false });
  });

  it.each([{ host: 'mail.example.com' }, { host: '192.0.2.1' }, { host: '127.0.0.1', proxy: 'socks5://proxy.example.com:1080' }])(
    'refuses to log in where others can listen: $host $proxy',
    (where) => {
      const options = { ...where, tls: 'none', user: 'shop', password: 'secret', from: 'shop@example.com' } as const;
      expect(() => smtp(options)).toThrow(expect.objectContaining({ kind: 'configuration', message: expect.stringContaining('`tls`') }));
    },
  );
});

describe('a certificate that is not trusted', () => {
  it.each(['starttls', 'implicit'] as const)('is refused with %s, before the password goes out', async (tls) => {
    const { options, ports } = running.sandbox.smtp;
    const { ca: _, ...rest } = options;
    const logins = running.sandbox.smtp.logins().length;
    const error = await rejection(smtp({ ...rest, tls, port: ports[tls] }).open(never()));
    expect(error).toMatchObject({ kind: 'configuration', code: 'smtp_certificate', message: expect.stringContaining('`ca`') });
    expect(running.sandbox.smtp.logins()).toHaveLength(logins);
  });

  it.each(['starttls', 'implicit'] as const)('is refused with %s when it is for another name', async (tls) => {
    const { options, ports } = running.sandbox.smtp;
    const relay = await relayTo(ports[tls], '127.0.0.2');
    const error = await rejection(smtp({ ...options, host: '127.0.0.2', port: relay.port, tls }).open(never()));
    expect(error).toMatchObject({ kind: 'configuration', code: 'smtp_certificate' });
  });
});
