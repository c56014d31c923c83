import { findSecret } from '@sitemessage/core/testing';
import { delivery, never, rejection, sandboxed, sendTo, startRaw, withSession } from '@sitemessage/test-support';
import { startHttpProxy, startSocks5 } from '@sitemessage/test-support/proxies';
import { startMicrosocks, startTinyproxy } from '@sitemessage/test-support/proxy-programs';
import { describe, expect, it, vi } from 'vitest';
import { xmpp } from '../src/index.ts';

const running = sandboxed('xmpp');
const host = 'im.example.com';
const login = { user: 'team:a', password: 'p@ss/w:rd%' };
const credentials = `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@`;

/**
 * Only the proxy knows the server of the name. The certificate is for the domain, `localhost`, and not for
 * this name.
 */
const through = (proxy: string, tls: 'starttls' | 'implicit' = 'starttls') =>
  xmpp({ ...running.sandbox.xmpp.options, host, port: 5_222, tls, proxy });
const known = (tls: 'starttls' | 'implicit' = 'starttls') => ({ names: { [host]: running.sandbox.xmpp.ports[tls] } });

describe.each([
  { protocol: 'socks5', start: startSocks5 },
  { protocol: 'socks5h', start: startSocks5 },
  { protocol: 'http', start: startHttpProxy },
])('a $protocol proxy', ({ protocol, start }) => {
  it.each(['starttls', 'implicit'] as const)('looks up the name, and carries every message, with %s', async (tls) => {
    await using proxy = await start(known(tls));
    await withSession(through(`${protocol}://127.0.0.1:${proxy.port}`, tls), async (session) => {
      await session.send(delivery('ann@example.com'), never());
      await session.send(delivery('bob@example.org'), never());
    });
    expect(proxy.wanted()).toEqual([`${host}:5222`]);
    expect(running.sandbox.inbox.all().map(({ address }) => address)).toEqual(['ann@example.com', 'bob@example.org']);
    expect(running.sandbox.xmpp.logins()).toMatchObject([{ secure: true, servername: 'localhost' }]);
    await vi.waitUntil(() => proxy.connections() === 0);
  });

  it('does not change the check of the certificate against the domain', async () => {
    await using proxy = await start(known('implicit'));
    const options = { ...running.sandbox.xmpp.options, jid: `sandbox@${host}`, host, tls: 'implicit' as const };
    const error = await rejection(xmpp({ ...options, proxy: `${protocol}://127.0.0.1:${proxy.port}` }).open(never()));
    expect(error).toMatchObject({ kind: 'configuration', code: 'xmpp_certificate', message: expect.stringContaining(host) });
  });

  it('gets its user and password, percent-decoded', async () => {
    await using proxy = await start({ ...known(), login });
    await sendTo(through(`${protocol}://${credentials}127.0.0.1:${proxy.port}`), 'ann@example.com');
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });

  it('that is given a wrong password is a wrong configuration, and the error shows neither', async () => {
    await using proxy = await start({ ...known(), login });
    const error = await rejection(through(`${protocol}://team:wrong-p%40ss@127.0.0.1:${proxy.port}`).open(never()));
    expect(error).toMatchObject({ kind: 'configuration', code: 'xmpp_proxy' });
    expect(findSecret(error, ['wrong-p@ss', login.password, running.sandbox.xmpp.options.password])).toBeUndefined();
  });

  it('that cannot reach the server is an outage', async () => {
    await using proxy = await start({ names: {} });
    const error = await rejection(through(`${protocol}://127.0.0.1:${proxy.port}`).open(never()));
    expect(error).toMatchObject({ kind: 'transient', code: 'xmpp_connection', sessionLost: true });
  });

  it('that says nothing is closed at once when opening is aborted', { timeout: 5_000 }, async () => {
    await using proxy = await startRaw();
    const stop = new AbortController();
    const opening = rejection(through(`${protocol}://127.0.0.1:${proxy.port}`).open({ signal: stop.signal }));
    await vi.waitUntil(() => proxy.heard() !== '');
    stop.abort();
    expect(await opening).toMatchObject({ kind: 'transient', code: 'xmpp_aborted' });
    await vi.waitUntil(() => proxy.connections() === 0);
  });
});

it.each([
  { name: 'microsocks', protocol: 'socks5', start: startMicrosocks },
  { name: 'tinyproxy', protocol: 'http', start: startTinyproxy },
])('$name carries a message, when it is on this machine', async ({ name, protocol, start }) => {
  await using proxy = await start({ user: 'team', password: 'pass' });
  if (!proxy) return void process.stdout.write(`Without ${name}: it is not on this machine.\n`);
  await sendTo(xmpp({ ...running.sandbox.xmpp.options, proxy: `${protocol}://team:pass@127.0.0.1:${proxy.port}` }), 'ann@example.com');
  expect(running.sandbox.inbox.all()).toHaveLength(1);
});
