import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import {
  type Certificate,
  certificate,
  closedPort,
  delivery,
  never,
  rejection,
  sandboxed,
  sendTo,
  startRaw,
  withSession,
} from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { xmpp } from '../src/index.ts';
import { startRecordingRelay } from './recording-relay.ts';

const running = sandboxed('xmpp');
const options = () => running.sandbox.xmpp.options;
const texts = () => running.sandbox.inbox.all().map(({ text }) => text);
/** The elements of a login. */
const login = /<auth|<response|<authenticate/;

const header = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";
const offer = "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>";

/** Starts the server's side of TLS on an open socket. */
function secured(socket: Socket, { key, cert }: Certificate): void {
  socket.removeAllListeners('data');
  new TLSSocket(socket, { isServer: true, key, cert }).on('error', () => undefined);
}

describe('`starttls`, the default,', () => {
  it('says only hello before the connection is encrypted', async () => {
    await using relay = await startRecordingRelay(options().port);
    const { tls: _, ...rest } = options();
    await sendTo(xmpp({ ...rest, port: relay.port }), 'ann@example.com');
    const [inClear = '', encrypted = ''] = relay.recorded().split('<starttls xmlns="urn:ietf:params:xml:ns:xmpp-tls"/>');
    expect(inClear).toMatch(/^<\?xml version='1.0'\?><stream:stream to="localhost" version="1.0" [^>]+>$/);
    expect(encrypted.startsWith('\x16\x03')).toBe(true);
    expect(encrypted).not.toMatch(login);
    expect(running.sandbox.xmpp.logins()).toEqual([{ user: 'sandbox', mechanism: 'SCRAM-SHA-1', secure: true, servername: 'localhost' }]);
    expect(texts()).toEqual(['Hello']);
  });

  it('refuses a server that does not offer it, before it sends anything of the password', async () => {
    await using relay = await startRecordingRelay(running.sandbox.xmpp.ports.plain);
    const error = await rejection(xmpp({ ...options(), port: relay.port }).open(never()));
    expect(error).toMatchObject({ kind: 'configuration', code: 'xmpp_tls_unavailable' });
    expect(error.message).toContain('`tls`');
    expect(relay.recorded()).not.toMatch(login);
    expect(running.sandbox.xmpp.logins()).toEqual([]);
  });

  it.each([
    ['refuses after its offer', "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", 'configuration', 'xmpp_tls_unavailable'],
    [
      'ends the stream',
      '<stream:error><host-unknown xmlns="urn:ietf:params:xml:ns:xmpp-streams"/></stream:error>',
      'configuration',
      'xmpp_stream_refused',
    ],
    [
      'is shutting down',
      '<stream:error><system-shutdown xmlns="urn:ietf:params:xml:ns:xmpp-streams"/></stream:error>',
      'transient',
      'xmpp_stream_ended',
    ],
    ['closes the stream', '</stream:stream>', 'transient', 'xmpp_connection'],
    ['sends XML that cannot be read', '<a>&nonsense;</a>', 'transient', 'xmpp_connection'],
  ])('has an error for a server that %s', async (_, said, kind, code) => {
    await using server = await startRaw((socket) => socket.write(header + offer + said));
    const error = await rejection(xmpp({ ...options(), port: server.port }).open(never()));
    expect(error).toMatchObject({ kind, code });
    expect(server.heard()).not.toMatch(login);
  });

  it('counts a connection that breaks in the middle of the handshake as an outage', async () => {
    const proceed = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
    await using server = await startRaw((socket) => {
      socket.write(header + offer);
      socket.on('data', (data) => String(data).includes('<starttls') && socket.end(proceed));
    });
    const error = await rejection(xmpp({ ...options(), port: server.port }).open(never()));
    expect(error).toMatchObject({ kind: 'transient', code: 'xmpp_connection' });
  });
});

describe('`implicit`', () => {
  it('begins with TLS, and names the domain', async () => {
    await using relay = await startRecordingRelay(running.sandbox.xmpp.ports.implicit);
    await sendTo(xmpp({ ...options(), port: relay.port, tls: 'implicit' }), 'ann@example.com');
    expect(relay.recorded().startsWith('\x16\x03')).toBe(true);
    expect(relay.recorded()).not.toContain('stream');
    expect(running.sandbox.xmpp.logins()).toMatchObject([{ secure: true, servername: 'localhost' }]);
  });

  it('is what an xmpps service asks for', async () => {
    const { host: _, port: __, tls: ___, ...rest } = options();
    await sendTo(xmpp({ ...rest, service: `xmpps://127.0.0.1:${running.sandbox.xmpp.ports.implicit}` }), 'ann@example.com');
    expect(texts()).toEqual(['Hello']);
  });

  it('refuses a port where TLS does not come first', async () => {
    const error = await rejection(xmpp({ ...options(), tls: 'implicit' }).open(never()));
    expect(error).toMatchObject({ kind: 'configuration', code: 'xmpp_tls_unavailable', message: expect.stringContaining('`port`') });
    // Without the words of OpenSSL's log.
    expect(error.message).not.toMatch(/error:|\.c:\d|\n/);
  });
});

describe('`none`', () => {
  const plain = () => {
    const { ca: _, ...rest } = options();
    return { ...rest, port: running.sandbox.xmpp.ports.plain, tls: 'none' as const };
  };

  it('encrypts nothing, but sends no password', async () => {
    await using relay = await startRecordingRelay(running.sandbox.xmpp.ports.plain);
    await sendTo(xmpp({ ...plain(), port: relay.port }), 'ann@example.com');
    expect(relay.recorded()).toContain('<body>Hello</body>');
    for (const before of ['', ' ', '  ', '\0sandbox\0']) {
      const encoded = Buffer.from(before + options().password).toString('base64');
      expect(relay.recorded()).not.toContain(encoded.slice(4, 16));
    }
    expect(running.sandbox.xmpp.logins()).toMatchObject([{ mechanism: 'SCRAM-SHA-1', secure: false }]);
  });

  it('says at once that a server requires TLS', async () => {
    const error = await rejection(xmpp({ ...plain(), port: options().port }).open(never()));
    expect(error).toMatchObject({
      kind: 'configuration',
      code: 'xmpp_tls_unavailable',
      message: expect.stringContaining("`tls` is 'none'"),
    });
  });

  it('says at once that a server offers no login', async () => {
    await using server = await startRaw((socket) => void socket.write(`${header}<stream:features/>`));
    const error = await rejection(xmpp({ ...plain(), port: server.port }).open(never()));
    expect(error).toMatchObject({ kind: 'configuration', code: 'xmpp_login_refused' });
  });

  it('does not log in to a server that takes only the password itself', async () => {
    const mechanisms = ['PLAIN', 'ANONYMOUS'].map((name) => `<mechanism>${name}</mechanism>`).join('');
    const features = `<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>${mechanisms}</mechanisms></stream:features>`;
    await using server = await startRaw((socket) => void socket.write(header + features));
    const error = await rejection(xmpp({ ...plain(), port: server.port }).open(never()));
    expect(error).toMatchObject({ kind: 'configuration', code: 'xmpp_login_refused', message: expect.stringContaining('PLAIN') });
    expect(server.heard()).not.toMatch(login);
  });
});

describe('the certificate', () => {
  it.each(['starttls', 'implicit'] as const)('that is not trusted is refused with %s, before anybody logs in', async (tls) => {
    const { ca: _, ...rest } = options();
    const error = await rejection(xmpp({ ...rest, tls, port: running.sandbox.xmpp.ports[tls] }).open(never()));
    expect(error).toMatchObject({ kind: 'configuration', code: 'xmpp_certificate', message: expect.stringContaining('`ca`') });
    expect(running.sandbox.xmpp.logins()).toEqual([]);
  });

  it('must be for the domain, not for the host', async () => {
    const trusted = await certificate(['im.example.com'], ['127.0.0.1']);
    await using implicit = await startRaw((socket) => void secured(socket, trusted));
    await using starttls = await startRaw((socket) => {
      socket.write(`${header}${offer}`);
      socket.on('data', (data) => {
        if (!String(data).includes('<starttls')) return;
        socket.write("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        secured(socket, trusted);
      });
    });
    const at = { ...options(), jid: 'shop@example.com', host: '127.0.0.1', ca: trusted.cert };
    for (const place of [{ port: implicit.port, tls: 'implicit' }, { port: starttls.port }] as const) {
      const error = await rejection(xmpp({ ...at, ...place }).open(never()));
      expect(error).toMatchObject({ kind: 'configuration', code: 'xmpp_certificate', message: expect.stringContaining('example.com') });
    }
    for (const { heard } of [implicit, starttls]) expect(heard()).not.toMatch(login);
  });

  it('from another authority is refused', async () => {
    const { cert } = await certificate(['localhost']);
    expect(await rejection(xmpp({ ...options(), ca: cert }).open(never()))).toMatchObject({ code: 'xmpp_certificate' });
  });
});

it('a server that does not listen is an outage', async () => {
  const error = await rejection(xmpp({ ...options(), port: await closedPort() }).open(never()));
  expect(error).toMatchObject({
    kind: 'transient',
    code: 'xmpp_connection',
    sessionLost: true,
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

it('logs out when it is closed', async () => {
  await withSession(xmpp(options()), async (session) => {
    await session.send(delivery('ann@example.com'), never());
    expect(running.sandbox.xmpp.clients()).toHaveLength(1);
  });
  expect(running.sandbox.xmpp.clients()).toEqual([]);
});
