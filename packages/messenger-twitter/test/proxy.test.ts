import { closedPort, delivery, never, rejection, sandboxed, startRaw, withSession } from '@sitemessage/test-support';
import { startHttpProxy, startSocks5 } from '@sitemessage/test-support/proxies';
import { describe, expect, it } from 'vitest';
import { twitter } from '../src/index.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('twitter');
const login = { user: 'team:a', password: 'p@ss/w:rd%' };
const credentials = `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@`;
/** A name that only the proxy can resolve. OAuth 1.0a signs it. */
const apiRoot = 'http://api.x.test';
const names = () => ({ 'api.x.test': Number(new URL(running.sandbox.twitter.options.apiRoot).port) });
const through = (proxy: string) => twitter({ ...running.sandbox.twitter.options, apiRoot, proxy });

describe.each([
  ['socks5', startSocks5],
  ['http', startHttpProxy],
] as const)('a %s proxy', (protocol, start) => {
  it('carries posts, media and new tokens, in one tunnel for each session', async () => {
    await using proxy = await start({ login, names: names() });
    const url = `${protocol}://${credentials}127.0.0.1:${proxy.port}`;
    await withSession(through(url), async (session) => {
      await session.send(delivery('', { text: 'One' }), never());
      await session.send(delivery('', { text: 'Two', attachments: [{ filename: 'a.png', content: 'PNG' }] }), never());
    });
    expect(proxy.wanted()).toEqual(['api.x.test:80']);
    const user = running.sandbox.twitter.oauth2();
    running.sandbox.twitter.expireTokens();
    await sendOne(twitter({ ...user, apiRoot, proxy: () => url }), { text: 'Three' });
    expect(proxy.wanted()).toEqual(['api.x.test:80', 'api.x.test:80', 'api.x.test:80']);
    expect(running.sandbox.inbox.all().map(({ text }) => text)).toEqual(['One', 'Two', 'Three']);
    await expect.poll(() => proxy.connections()).toBe(0);
  });

  it('that refuses is a configuration error', async () => {
    await using proxy = await start({ login, names: names() });
    for (const given of ['', 'team:wrong@']) {
      const error = await rejection(sendOne(through(`${protocol}://${given}127.0.0.1:${proxy.port}`)));
      expect(error).toMatchObject({ kind: 'configuration', code: 'proxy_refused', message: expect.stringMatching(/^Nothing was sent: /) });
    }
    expect(running.sandbox.twitter.requests()).toBe(0);
  });

  it('that is down or speaks another protocol is a configuration error', async () => {
    await using garbage = await startRaw((socket) => socket.once('data', () => socket.end('garbage\r\n\r\n')));
    for (const port of [await closedPort(), garbage.port]) {
      expect(await rejection(sendOne(through(`${protocol}://127.0.0.1:${port}`)))).toMatchObject({
        kind: 'configuration',
        code: 'proxy_unreachable',
      });
    }
  });

  it('that cannot reach X is transient', async () => {
    await using proxy = await start({ names: {} });
    expect(await rejection(sendOne(through(`${protocol}://127.0.0.1:${proxy.port}`)))).toMatchObject({
      kind: 'transient',
      code: 'http_connection',
    });
  });

  it('passes on a 401 and a 407 of X', async () => {
    await using proxy = await start({ names: names() });
    const messenger = through(`${protocol}://127.0.0.1:${proxy.port}`);
    running.sandbox.twitter.refuse({ status: 401, title: 'Unauthorized' });
    expect(await rejection(sendOne(messenger))).toMatchObject({ kind: 'configuration', code: 'twitter_unauthorized' });
    running.sandbox.twitter.fail({ reply: { status: 407, body: 'Proxy Authentication Required' } });
    expect(await rejection(sendOne(messenger))).toMatchObject({ kind: 'configuration', code: 'twitter_gateway' });
  });

  it('whose connection breaks leaves the outcome unknown', async () => {
    await using proxy = await start({ names: names() });
    running.sandbox.twitter.fail({ at: 'taken', drop: true });
    expect(await rejection(sendOne(through(`${protocol}://127.0.0.1:${proxy.port}`)))).toMatchObject({
      kind: 'unknown',
      code: 'http_interrupted',
    });
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });
});
