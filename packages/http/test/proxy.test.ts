import { certificate, closedPort, rejection, startRaw, trust } from '@sitemessage/test-support';
import { startHttpProxy, startSocks5 } from '@sitemessage/test-support/proxies';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { opened } from './opened.ts';
import { type Answer, type Provider, startProvider } from './provider.ts';

/** A name that only the proxy can look up. */
const host = 'provider.internal';
const login = { user: 'team:a', password: 'p@ss/w:rd%' };
const credentials = `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@`;

const answer: Answer = (response, { url }) =>
  response.writeHead(Number(url?.slice(1)) || 200, { 'content-type': 'application/json' }).end('{"ok":true}');
let plain: Provider;
let secure: Provider;
beforeAll(async () => {
  const trusted = await certificate([host]);
  trust(trusted);
  plain = await startProvider(answer);
  secure = await startProvider(answer, trusted);
});
afterAll(async () => {
  await plain[Symbol.asyncDispose]();
  await secure[Symbol.asyncDispose]();
});

const targets = [
  { target: 'http', provider: () => plain },
  { target: 'https', provider: () => secure },
] as const;
const proxies = [
  { protocol: 'socks5', start: startSocks5 },
  { protocol: 'socks5h', start: startSocks5 },
  { protocol: 'http', start: startHttpProxy },
] as const;
const pairs = proxies.flatMap((proxy) => targets.map((target) => ({ ...proxy, ...target })));

const notSent = { message: expect.stringMatching(/^Nothing was sent: /) };
const unreachable = { ...notSent, kind: 'configuration', code: 'proxy_unreachable' };

describe.each(pairs)('a $protocol proxy to $target', ({ protocol, start, target, provider }) => {
  const baseUrl = `${target}://${host}:7`;
  const known = () => ({ names: { [host]: provider().port } });
  const before = () => provider().taken.length;

  it('looks up the name, and sends five requests through one tunnel', async () => {
    await using proxy = await start(known());
    using http = opened({ baseUrl, proxy: `${protocol}://127.0.0.1:${proxy.port}` });
    for (let count = 0; count < 5; count += 1) expect(await http.post('send', { json: { count } }).json()).toEqual({ ok: true });
    expect(proxy.wanted()).toEqual([`${host}:7`]);
    expect(proxy.connections()).toBe(1);
    expect(provider().taken.at(-1)).toMatchObject({ method: 'POST', url: '/send', headers: { host: `${host}:7` } });
    http.close();
    await vi.waitUntil(() => proxy.connections() === 0);
  });

  it('gets its user and password, percent-decoded', async () => {
    await using proxy = await start({ ...known(), login });
    using http = opened({ baseUrl, proxy: `${protocol}://${credentials}127.0.0.1:${proxy.port}` });
    expect(await http.post('send').json()).toEqual({ ok: true });
    expect(provider().taken.at(-1)?.headers).not.toHaveProperty('proxy-authorization');
  });

  it.each([
    ['a wrong password', `${encodeURIComponent(login.user)}:wrong@`],
    ['no password where it needs one', ''],
  ])('refuses %s, and nothing is sent', async (_, given) => {
    const taken = before();
    await using proxy = await start({ ...known(), login });
    using http = opened({ baseUrl, proxy: `${protocol}://${given}127.0.0.1:${proxy.port}` });
    expect(await rejection(http.post('send'))).toMatchObject({ ...notSent, kind: 'configuration', code: 'proxy_refused' });
    expect(proxy.wanted()).toEqual([]);
    expect(before()).toBe(taken);
    await vi.waitUntil(() => proxy.connections() === 0);
  });

  it('that is down is a configuration error', async () => {
    const port = await closedPort();
    using http = opened({ baseUrl, proxy: `${protocol}://127.0.0.1:${port}` });
    const error = await rejection(http.post('send'));
    expect(error).toMatchObject(unreachable);
    expect(error.message).toContain(`127.0.0.1:${port}`);
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('that accepts and says nothing is one too, after the timeout, and its connection is closed', async () => {
    await using proxy = await startRaw();
    using http = opened({ baseUrl, proxy: `${protocol}://127.0.0.1:${proxy.port}`, timeoutMs: 200 });
    const startedAt = performance.now();
    expect(await rejection(http.post('send'))).toMatchObject(unreachable);
    expect(performance.now() - startedAt).toBeGreaterThan(190);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    await vi.waitUntil(() => proxy.connections() === 0);
  });

  it.each([
    ['says garbage', 'garbage\r\n\r\n'],
    ['says garbage that looks like a number', 'HTTP/1.1 abc\r\n\r\n'],
    ['greets as another version', '\x04\x5a\0\0\0\0\0\0'],
    ['hangs up', ''],
  ])('that %s is one too', async (_, words) => {
    await using proxy = await startRaw((socket) => socket.once('data', () => socket.end(words, 'latin1')));
    using http = opened({ baseUrl, proxy: `${protocol}://127.0.0.1:${proxy.port}` });
    expect(await rejection(http.post('send'))).toMatchObject(unreachable);
    await vi.waitUntil(() => proxy.connections() === 0);
  });

  it('that cannot reach the server is a transient error', async () => {
    await using proxy = await start({ names: {} });
    using http = opened({ baseUrl, proxy: `${protocol}://127.0.0.1:${proxy.port}` });
    expect(await rejection(http.post('send'))).toMatchObject({ ...notSent, kind: 'transient', code: 'http_connection' });
    expect(proxy.wanted()).toEqual([`${host}:7`]);
    await vi.waitUntil(() => proxy.connections() === 0);
  });

  it.each([401, 407, 503])('does not turn a %i of the server into its own refusal', async (status) => {
    await using proxy = await start(known());
    using http = opened({ baseUrl, proxy: `${protocol}://127.0.0.1:${proxy.port}` });
    expect(await rejection(http.post(String(status)))).toMatchObject({ code: `http_${status}` });
    expect(await http.post('send').json()).toEqual({ ok: true });
    expect(proxy.wanted()).toHaveLength(1);
  });

  it('is disconnected at once when the request is aborted during its handshake', async () => {
    await using proxy = await startRaw();
    using http = opened({ baseUrl, proxy: `${protocol}://127.0.0.1:${proxy.port}` });
    const stop = new AbortController();
    const sending = rejection(http.post('send', { signal: stop.signal }));
    await vi.waitUntil(() => proxy.heard() !== '');
    const startedAt = performance.now();
    stop.abort(new Error('the worker stops'));
    expect(await sending).toMatchObject({ ...notSent, kind: 'transient', code: 'http_aborted' });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    await vi.waitUntil(() => proxy.connections() === 0);
  });

  it('is disconnected by close() during its handshake', async () => {
    await using proxy = await startRaw();
    using http = opened({ baseUrl, proxy: `${protocol}://127.0.0.1:${proxy.port}` });
    const sending = rejection(http.post('send'));
    await vi.waitUntil(() => proxy.heard() !== '');
    http.close();
    expect(await sending).toMatchObject({ ...notSent, kind: 'transient', code: 'http_aborted' });
    await vi.waitUntil(() => proxy.connections() === 0);
  });

  it('is disconnected when the request is aborted after it was written', async () => {
    await using silent = target === 'https' ? await startRaw() : await startProvider(() => undefined);
    await using proxy = await start({ names: { [host]: silent.port } });
    using http = opened({ baseUrl, proxy: `${protocol}://127.0.0.1:${proxy.port}` });
    const stop = new AbortController();
    const sending = rejection(http.post('send', { signal: stop.signal }));
    await vi.waitUntil(() => ('taken' in silent ? silent.taken.length : silent.heard().length) > 0);
    stop.abort();
    // Without a TLS connection nothing was sent.
    expect(await sending).toMatchObject(target === 'https' ? { kind: 'transient', code: 'http_aborted' } : { kind: 'unknown' });
    await vi.waitUntil(() => proxy.connections() === 0);
  });

  it('that breaks after the request was written leaves the outcome unknown', async () => {
    const taken = before();
    const proxy = await start(known());
    using http = opened({ baseUrl, proxy: `${protocol}://127.0.0.1:${proxy.port}` });
    await http.post('send');
    const closing = proxy[Symbol.asyncDispose]();
    expect(await rejection(http.post('send'))).toMatchObject({ kind: 'unknown', code: 'http_interrupted' });
    await closing;
    expect(before()).toBe(taken + 1);
  });
});

describe.each(proxies)('a $protocol proxy', ({ protocol, start }) => {
  it.each([
    ['for another name', ['other.internal'], [], `https://${host}:7`],
    ['for the name of this machine and not for its address', ['localhost'], [], 'https://127.0.0.1:7'],
  ] as const)('does not accept a certificate %s', async (_, names, addresses, baseUrl) => {
    const wrong = await certificate(names, addresses);
    trust(wrong);
    await using server = await startProvider(answer, wrong);
    await using proxy = await start({ names: { [host]: server.port, '127.0.0.1': server.port } });
    using http = opened({ baseUrl, proxy: `${protocol}://localhost:${proxy.port}` });
    expect(await rejection(http.post('send'))).toMatchObject({ ...notSent, kind: 'configuration', code: 'http_certificate' });
    expect(server.taken).toEqual([]);
    await vi.waitUntil(() => proxy.connections() === 0);
  });

  it('connects to an address that has a certificate', async () => {
    const right = await certificate([], ['127.0.0.1']);
    trust(right);
    await using server = await startProvider(answer, right);
    await using proxy = await start({ names: { '127.0.0.1': server.port } });
    using http = opened({ baseUrl: 'https://127.0.0.1:7', proxy: `${protocol}://127.0.0.1:${proxy.port}` });
    expect(await http.post('send').json()).toEqual({ ok: true });
  });

  it('does not accept a certificate without a trusted authority', async () => {
    await using server = await startProvider(answer, await certificate([host]));
    await using proxy = await start({ names: { [host]: server.port } });
    using http = opened({ baseUrl: `https://${host}:7`, proxy: `${protocol}://127.0.0.1:${proxy.port}` });
    expect(await rejection(http.post('send'))).toMatchObject({ kind: 'configuration', code: 'http_certificate' });
    expect(server.taken).toEqual([]);
  });

  it('sends ten requests at the same time, with a tunnel for each', async () => {
    await using proxy = await start({ names: { [host]: secure.port } });
    using http = opened({ baseUrl: `https://${host}:7`, proxy: `${protocol}://127.0.0.1:${proxy.port}` });
    await Promise.all(Array.from({ length: 10 }, () => http.post('send')));
    expect(proxy.wanted()).toHaveLength(10);
    http.close();
    await vi.waitUntil(() => proxy.connections() === 0);
  });
});

describe('a handshake', () => {
  it('of SOCKS5 that stops after the greeting waits for the server: a transient error', async () => {
    await using proxy = await startRaw((socket) => socket.once('data', () => socket.write(Buffer.from([5, 0]))));
    using http = opened({ baseUrl: `http://${host}:7`, proxy: `socks5://127.0.0.1:${proxy.port}`, timeoutMs: 200 });
    expect(await rejection(http.post('send'))).toMatchObject({ ...notSent, kind: 'transient', code: 'http_connection' });
    await vi.waitUntil(() => proxy.connections() === 0);
  });

  it.each([
    [1, 'transient', 'http_connection'],
    [2, 'configuration', 'proxy_refused'],
    [3, 'transient', 'http_connection'],
    [4, 'transient', 'http_connection'],
    [5, 'transient', 'http_connection'],
    [6, 'transient', 'http_connection'],
    [7, 'configuration', 'proxy_refused'],
    [8, 'configuration', 'proxy_refused'],
  ])('of SOCKS5 that ends with reply %i is %s: %s', async (reply, kind, code) => {
    await using proxy = await startRaw((socket) => {
      socket.once('data', () => {
        socket.write(Buffer.from([5, 0]));
        socket.once('data', () => socket.write(Buffer.from([5, reply, 0, 1, 0, 0, 0, 0, 0, 0])));
      });
    });
    using http = opened({ baseUrl: `http://${host}:7`, proxy: `socks5://127.0.0.1:${proxy.port}` });
    expect(await rejection(http.post('send'))).toMatchObject({ ...notSent, kind, code });
    await vi.waitUntil(() => proxy.connections() === 0);
  });

  it.each([
    [301, 'configuration', 'proxy_refused'],
    [302, 'configuration', 'proxy_refused'],
    [400, 'configuration', 'proxy_refused'],
    [401, 'configuration', 'proxy_refused'],
    [403, 'configuration', 'proxy_refused'],
    [405, 'configuration', 'proxy_refused'],
    [407, 'configuration', 'proxy_refused'],
    [429, 'transient', 'proxy_busy'],
    [500, 'transient', 'http_connection'],
    [502, 'transient', 'http_connection'],
    [503, 'transient', 'http_connection'],
    [504, 'transient', 'http_connection'],
  ])('of HTTP that ends with status %i is %s: %s', async (status, kind, code) => {
    await using proxy = await startRaw((socket) =>
      socket.once('data', () => socket.write(`HTTP/1.1 ${status} No\r\nContent-Length: 2\r\n\r\nno`)),
    );
    using http = opened({ baseUrl: `https://${host}:7`, proxy: `http://127.0.0.1:${proxy.port}` });
    expect(await rejection(http.post('send'))).toMatchObject({ ...notSent, kind, code });
    await vi.waitUntil(() => proxy.connections() === 0);
  });

  const answering = (head: string) =>
    startRaw((socket) => socket.once('data', () => socket.write(`HTTP/1.1 ${head}\r\nContent-Length: 0\r\n\r\n`)));

  it('of HTTP that ends with 429 holds for the messenger, for as long as the proxy says', async () => {
    await using proxy = await answering('429 No\r\nRetry-After: 17');
    using http = opened({ baseUrl: `https://${host}:7`, proxy: `http://127.0.0.1:${proxy.port}` });
    expect(await rejection(http.post('send'))).toMatchObject({ code: 'proxy_busy', scope: 'messenger', retryAfterMs: 17_000 });
    await using vague = await answering('429 No');
    using again = opened({ baseUrl: `https://${host}:7`, proxy: `http://127.0.0.1:${vague.port}` });
    const error = await rejection(again.post('send'));
    expect(error).toMatchObject({ code: 'proxy_busy', scope: 'messenger' });
    expect(error).not.toHaveProperty('retryAfterMs');
  });

  it('of HTTP that ends with a redirect does not follow it, and says so', async () => {
    await using proxy = await answering('302 Found\r\nLocation: http://login.example.com/');
    using http = opened({ baseUrl: `https://${host}:7`, proxy: `http://127.0.0.1:${proxy.port}` });
    expect((await rejection(http.post('send'))).message).toMatch(/answered 302, a redirect, which is not followed/);
  });

  it('may be shorter than the reply', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const waiting: (() => void)[] = [];
      await using provider = await startProvider((response) => waiting.push(() => response.end('late')));
      for (const { protocol, start } of proxies) {
        await using proxy = await start({ names: { [host]: provider.port } });
        using http = opened({ baseUrl: `http://${host}:7`, proxy: `${protocol}://127.0.0.1:${proxy.port}` });
        const reply = http.post('send').text();
        while (waiting.length === 0) await new Promise(setImmediate);
        vi.advanceTimersByTime(29_000);
        await new Promise(setImmediate);
        waiting.pop()?.();
        expect(await reply).toBe('late');
      }
    } finally {
      vi.useRealTimers();
    }
  });

  it('takes 10 s at most, also when a request may take longer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      for (const { protocol } of proxies) {
        await using proxy = await startRaw();
        using http = opened({ baseUrl: `http://${host}:7`, proxy: `${protocol}://127.0.0.1:${proxy.port}` });
        const sending = rejection(http.post('send'));
        while (proxy.heard() === '') await new Promise(setImmediate);
        vi.advanceTimersByTime(10_000);
        expect(await sending).toMatchObject(unreachable);
      }
    } finally {
      vi.useRealTimers();
    }
  });

  it('with a proxy over TLS checks its certificate', async () => {
    const trusted = await certificate(['localhost']);
    trust(trusted);
    await using proxy = await startHttpProxy({ login, names: { [host]: secure.port }, certificate: trusted });
    using http = opened({ baseUrl: `https://${host}:7`, proxy: `https://${credentials}localhost:${proxy.port}` });
    expect(await http.post('send').json()).toEqual({ ok: true });
    using wrong = opened({ baseUrl: `https://${host}:7`, proxy: `https://${credentials}127.0.0.1:${proxy.port}` });
    expect(await rejection(wrong.post('send'))).toMatchObject(unreachable);
  });
});

describe('the option `proxy`', () => {
  it('is called once for each instance when it is a function', async () => {
    await using proxy = await startSocks5({ names: { [host]: plain.port } });
    const pick = vi.fn(() => `socks5://127.0.0.1:${proxy.port}`);
    using http = opened({ baseUrl: `http://${host}:7`, proxy: pick });
    await http.post('send');
    await http.post('send');
    expect(pick).toHaveBeenCalledTimes(1);
    using another = opened({ baseUrl: `http://${host}:7`, proxy: pick });
    await another.post('send');
    expect(pick).toHaveBeenCalledTimes(2);
    expect(proxy.wanted()).toHaveLength(2);
  });

  it('may be a function that returns one for each protocol, or none', async () => {
    await using proxy = await startSocks5({ names: { [host]: plain.port } });
    using picked = opened({ baseUrl: `http://${host}:7`, proxy: () => ({ http: `socks5://127.0.0.1:${proxy.port}` }) });
    await picked.post('send');
    expect(proxy.wanted()).toHaveLength(1);
    using none = opened({ baseUrl: plain.url, proxy: () => undefined });
    await none.post('send');
    expect(proxy.wanted()).toHaveLength(1);
  });

  it('applies to the protocol that it names', async () => {
    await using proxy = await startHttpProxy({ names: { [host]: secure.port, '127.0.0.1': plain.port } });
    const https = `http://127.0.0.1:${proxy.port}`;
    using direct = opened({ baseUrl: plain.url, proxy: { https } });
    await direct.post('send');
    expect(proxy.wanted()).toEqual([]);
    using proxied = opened({ baseUrl: `https://${host}:7`, proxy: { https } });
    await proxied.post('send');
    expect(proxy.wanted()).toEqual([`${host}:7`]);
  });

  it('is not replaced by an environment variable', async () => {
    await using proxy = await startHttpProxy({ names: { '127.0.0.1': plain.port } });
    vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${proxy.port}`);
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    using http = opened({ baseUrl: plain.url });
    await http.post('send');
    vi.unstubAllEnvs();
    expect(proxy.wanted()).toEqual([]);
  });
});
