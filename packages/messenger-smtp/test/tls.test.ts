import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { never, rejection } from '@sitemessage/test-support';
import { afterEach, describe, expect, it } from 'vitest';
import { smtp } from '../src/index.ts';
import { sandboxed } from './sandboxed.ts';
import { sendOne } from './sending.ts';
import { tap, type Wire } from './wire.ts';

const running = sandboxed();
const wires: Wire[] = [];
const tapped = async (port: number, host?: string): Promise<Wire> => {
  const wire = await tap(port, host);
  wires.push(wire);
  return wire;
};
afterEach(async () => {
  for (const wire of wires.splice(0)) await wire.close();
});

/** What would be heard of the password, however the client logged in. */
const spoken = (password: string): readonly string[] =>
  [0, 1, 2].map((before) =>
    Buffer.from(' '.repeat(before) + password)
      .toString('base64')
      .slice(before + 2, -4),
  );

describe('with starttls, which is the default', () => {
  it('says nothing but hello before the line is encrypted', async () => {
    const { tls: _, ...options } = running.sandbox.smtp.options;
    const wire = await tapped(options.port);
    await sendOne(smtp({ ...options, port: wire.port }));
    expect(running.sandbox.smtp.logins().at(-1)).toMatchObject({ secure: true });
    const inClear = wire.said().split('STARTTLS\r\n');
    expect(inClear[0]).toMatch(/^EHLO \S+\r\n$/);
    for (const part of [options.password, ...spoken(options.password), 'AUTH', 'MAIL FROM']) expect(wire.said()).not.toContain(part);
  });

  it('refuses a server that does not offer it, before the password goes out', async () => {
    const { options, ports } = running.sandbox.smtp;
    const wire = await tapped(ports.plain);
    const logins = running.sandbox.smtp.logins().length;
    const error = await rejection(smtp({ ...options, port: wire.port }).open(never()));
    expect(error).toMatchObject({ kind: 'configuration', code: 'smtp_tls_unavailable' });
    expect(error.message).toMatch(/^The server answered 5\d\d .+ to STARTTLS: .* `tls`.*\.$/);
    expect(wire.said()).toMatch(/^EHLO \S+\r\nSTARTTLS\r\n/);
    expect(wire.said()).not.toContain('AUTH');
    expect(running.sandbox.smtp.logins()).toHaveLength(logins);
  });

  it('takes a line that breaks in the middle of the handshake for an outage', async () => {
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

describe('with implicit', () => {
  it('encrypts from the first byte on', async () => {
    const { options, ports } = running.sandbox.smtp;
    const wire = await tapped(ports.implicit);
    await sendOne(smtp({ ...options, port: wire.port, tls: 'implicit' }));
    expect(running.sandbox.smtp.logins().at(-1)).toMatchObject({ secure: true });
    // A TLS handshake record, and no SMTP at all.
    expect(wire.said().startsWith('\x16\x03')).toBe(true);
    expect(wire.said()).not.toContain('EHLO');
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

describe('with none', () => {
  it('encrypts nothing, not even when the server offers it', async () => {
    const { options } = running.sandbox.smtp;
    const wire = await tapped(options.port);
    await sendOne(smtp({ host: '127.0.0.1', port: wire.port, tls: 'none', from: options.from }));
    expect(wire.said()).not.toContain('STARTTLS');
    expect(wire.said()).toContain('MAIL FROM:<sandbox@example.com>');
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
    const wire = await tapped(ports[tls], '127.0.0.2');
    const error = await rejection(smtp({ ...options, host: '127.0.0.2', port: wire.port, tls }).open(never()));
    expect(error).toMatchObject({ kind: 'configuration', code: 'smtp_certificate' });
  });
});
