import { findSecret } from '@sitemessage/core/testing';
import { certificate, delivery, never, rejection, startRaw, trust, withSession } from '@sitemessage/test-support';
import { startHttpProxy, startSocks5 } from '@sitemessage/test-support/proxies';
import { describe, expect, it, vi } from 'vitest';
import { smtp } from '../src/index.ts';
import { sandboxed } from './sandboxed.ts';
import { sendOne } from './sending.ts';

const running = sandboxed();
/** The sandbox's certificate has this name. Nobody looks it up in the DNS. */
const host = 'localhost';
const port = 2_525;
const login = { user: 'team:a', password: 'p@ss/w:rd%' };
const credentials = `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@`;

/** Nothing listens at this port. Only the proxy knows the server of the name. */
const through = (proxy: string) => smtp({ ...running.sandbox.smtp.options, host, port, proxy });
const known = () => ({ names: { [host]: running.sandbox.smtp.ports.starttls } });

describe.each([
  { protocol: 'socks5', start: startSocks5 },
  { protocol: 'socks5h', start: startSocks5 },
  { protocol: 'http', start: startHttpProxy },
])('a $protocol proxy', ({ protocol, start }) => {
  it('looks up the name, and carries every mail', async () => {
    await using proxy = await start(known());
    await withSession(through(`${protocol}://127.0.0.1:${proxy.port}`), async (session) => {
      await session.send(delivery('ann@example.com'), never());
      await session.send(delivery('bob@example.org'), never());
    });
    expect(proxy.wanted()).toEqual([`${host}:${port}`]);
    expect(running.sandbox.inbox.all().map(({ address }) => address)).toEqual(['ann@example.com', 'bob@example.org']);
    expect(running.sandbox.smtp.logins().at(-1)).toMatchObject({ secure: true });
    await vi.waitUntil(() => proxy.connections() === 0);
  });

  it('gets its user and password, percent-decoded', async () => {
    await using proxy = await start({ ...known(), login });
    await sendOne(through(`${protocol}://${credentials}127.0.0.1:${proxy.port}`));
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });

  it.each([
    ['a wrong password', `${encodeURIComponent(login.user)}:wrong-p%40ss@`],
    ['no password where it wants one', ''],
  ])('that is given %s is a wrong configuration, and the error shows neither', async (_, given) => {
    await using proxy = await start({ ...known(), login });
    const error = await rejection(through(`${protocol}://${given}127.0.0.1:${proxy.port}`).open(never()));
    expect(error).toMatchObject({ kind: 'configuration', code: 'smtp_proxy' });
    expect(findSecret(error, ['wrong-p@ss', login.password, running.sandbox.smtp.options.password])).toBeUndefined();
    expect(proxy.wanted()).toEqual([]);
  });

  it('that is down is an outage', async () => {
    const { port: closed } = await start(known()).then(async (proxy) => {
      await proxy[Symbol.asyncDispose]();
      return proxy;
    });
    const error = await rejection(through(`${protocol}://127.0.0.1:${closed}`).open(never()));
    expect(error).toMatchObject({ kind: 'transient', code: 'smtp_connection', sessionLost: true });
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('that cannot reach the server is an outage', async () => {
    await using proxy = await start({ names: {} });
    const error = await rejection(through(`${protocol}://127.0.0.1:${proxy.port}`).open(never()));
    expect(error).toMatchObject({ kind: 'transient', code: 'smtp_connection' });
    expect(proxy.wanted()).toEqual([`${host}:${port}`]);
  });

  it('is closed when opening is aborted', async () => {
    await using proxy = await start(known());
    running.sandbox.smtp.fail({ at: 'auth', silent: true });
    const stop = new AbortController();
    const logins = running.sandbox.smtp.logins().length;
    const opening = rejection(through(`${protocol}://127.0.0.1:${proxy.port}`).open({ signal: stop.signal }));
    await vi.waitUntil(() => running.sandbox.smtp.logins().length > logins);
    stop.abort();
    expect(await opening).toMatchObject({ kind: 'transient', code: 'smtp_aborted' });
    await vi.waitUntil(() => proxy.connections() === 0);
  });

  // Less than the 10 s that a handshake may take.
  it('that says nothing is closed at once when opening is aborted', { timeout: 5_000 }, async () => {
    await using proxy = await startRaw();
    const stop = new AbortController();
    const opening = rejection(through(`${protocol}://127.0.0.1:${proxy.port}`).open({ signal: stop.signal }));
    await vi.waitUntil(() => proxy.heard() !== '');
    stop.abort();
    expect(await opening).toMatchObject({ kind: 'transient', code: 'smtp_aborted' });
    await vi.waitUntil(() => proxy.connections() === 0);
  });
});

it.each([
  ['http', ['HTTP/1.1 200 Connection established\r\n\r\n']],
  ['socks5', ['\x05\0', '\x05\0\0\x01\0\0\0\0\0\0']],
])('a greeting that arrives with the last bytes of a %s proxy is read', async (protocol, replies) => {
  const answers = [...replies.slice(0, -1), `${replies.at(-1)}554 5.3.2 Not today\r\n`];
  await using proxy = await startRaw((socket) => socket.on('data', () => socket.write(answers.shift() ?? '', 'latin1')));
  expect(await rejection(through(`${protocol}://127.0.0.1:${proxy.port}`).open(never()))).toMatchObject({
    code: 'smtp_refused',
    message: expect.stringContaining('554 5.3.2 Not today'),
  });
});

it('a proxy that speaks TLS shows a certificate, and carries a mail', async () => {
  const trusted = await certificate(['localhost']);
  trust(trusted);
  await using proxy = await startHttpProxy({ ...known(), login, certificate: trusted });
  await sendOne(through(`https://${credentials}localhost:${proxy.port}`));
  expect(running.sandbox.inbox.all()).toHaveLength(1);
  expect(await rejection(through(`https://${credentials}127.0.0.1:${proxy.port}`).open(never()))).toMatchObject({
    code: 'smtp_connection',
  });
});

it.each([
  [403, 'configuration', 'smtp_proxy'],
  [407, 'configuration', 'smtp_proxy'],
  // tinyproxy answers this when it cannot reach the server.
  [500, 'transient', 'smtp_connection'],
  [502, 'transient', 'smtp_connection'],
  [503, 'transient', 'smtp_connection'],
  [504, 'transient', 'smtp_connection'],
])('an HTTP proxy that answers %i is %s: %s', async (status, kind, code) => {
  await using proxy = await startRaw((socket) => socket.once('data', () => socket.end(`HTTP/1.1 ${status} No\r\n\r\n`)));
  expect(await rejection(through(`http://127.0.0.1:${proxy.port}`).open(never()))).toMatchObject({ kind, code });
});
