import type { Socket } from 'node:net';
import { certificate, closedPort, rejection, startRaw, trust } from '@sitemessage/test-support';
import { describe, expect, it, vi } from 'vitest';
import { opened } from './opened.ts';
import { startProvider } from './provider.ts';

const notSent = { kind: 'transient', message: expect.stringMatching(/^Nothing was sent: /) };
const inDoubt = { kind: 'unknown', message: expect.stringMatching(/^The request was written, and then: /) };
const big = { text: 'x'.repeat(20_000_000) };

describe('before the line stands', () => {
  it('a port that refuses means that nothing was sent', async () => {
    using http = opened({ baseUrl: `http://127.0.0.1:${await closedPort()}` });
    const error = await rejection(http.post('send', { json: {} }));
    expect(error).toMatchObject({ ...notSent, code: 'http_connection' });
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.cause).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('so does a refusal at each address of a name', async () => {
    using http = opened({ baseUrl: `http://localhost:${await closedPort()}` });
    const error = await rejection(http.post('send', { json: {} }));
    expect(error).toMatchObject({ ...notSent, code: 'http_connection' });
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('so does a name that is unknown', async () => {
    using http = opened({ baseUrl: 'http://nobody.invalid' });
    expect(await rejection(http.post('send'))).toMatchObject({ ...notSent, code: 'http_connection' });
  });

  it('so does a handshake that never ends, in time, and nothing of the request is on the wire', async () => {
    await using server = await startRaw();
    using http = opened({ baseUrl: `https://127.0.0.1:${server.port}`, timeoutMs: 200 });
    expect(await rejection(http.post('send', { headers: { 'x-mark': 'marked' } }))).toMatchObject({ ...notSent, code: 'http_connection' });
    expect(server.heard()).not.toContain('marked');
    await vi.waitUntil(() => server.connections() === 0);
  });

  it('so does a server that speaks no TLS', async () => {
    await using provider = await startProvider();
    using http = opened({ baseUrl: `https://127.0.0.1:${provider.port}` });
    expect(await rejection(http.post('send'))).toMatchObject({ ...notSent, code: 'http_connection' });
    expect(provider.taken).toHaveLength(0);
  });

  it('so does an abort', async () => {
    await using server = await startRaw();
    using http = opened({ baseUrl: `https://127.0.0.1:${server.port}` });
    const stop = new AbortController();
    const sending = rejection(http.post('send', { signal: stop.signal }));
    await vi.waitUntil(() => server.connections() === 1);
    stop.abort();
    expect(await sending).toMatchObject({ ...notSent, code: 'http_aborted' });
    await vi.waitUntil(() => server.connections() === 0);
  });

  it.each([undefined, new Error('the worker stops'), 'a text'])(
    'so does one before it was begun, for the reason %s, and nobody is connected to',
    async (reason) => {
      await using provider = await startProvider();
      using http = opened({ baseUrl: provider.url });
      expect(await rejection(http.post('send', { signal: AbortSignal.abort(reason) }))).toMatchObject({ ...notSent, code: 'http_aborted' });
      const stop = new AbortController();
      const sending = rejection(http.post('send', { signal: stop.signal }));
      stop.abort(reason);
      expect(await sending).toMatchObject({ ...notSent, code: 'http_aborted' });
      expect(provider.connected()).toBe(0);
    },
  );

  it.each(['a line\nbreak', 'a \u0001 control', 'a sign ☃'])('so does a header that cannot be sent: %j', async (value) => {
    await using provider = await startProvider();
    using http = opened({ baseUrl: provider.url });
    const send = () => http.post('send', { headers: { 'x-token': value } });
    expect(await rejection(send)).toMatchObject({ ...notSent, code: 'http_request' });
    expect(provider.taken).toHaveLength(0);
  });

  it('so does a URL of another protocol', async () => {
    await using provider = await startProvider();
    using http = opened({ baseUrl: provider.url });
    expect(await rejection(http.get(new URL(`https://127.0.0.1:${provider.port}/`)))).toMatchObject({ ...notSent, code: 'http_request' });
  });
});

describe('a certificate', () => {
  const untrusted = certificate(['localhost'], ['127.0.0.1']);

  it('that nobody vouches for is something to configure, and the server gets no request', async () => {
    await using provider = await startProvider(undefined, await untrusted);
    using http = opened({ baseUrl: provider.url });
    expect(await rejection(http.post('send', { json: {} }))).toMatchObject({ kind: 'configuration', code: 'http_certificate' });
    expect(provider.connected()).toBe(1);
    expect(provider.taken).toHaveLength(0);
  });

  it('for another name is too, and one for the right name is trusted, also on a second connection', async () => {
    const trusted = await certificate(['localhost']);
    trust(trusted);
    await using provider = await startProvider(undefined, trusted);
    using wrong = opened({ baseUrl: `https://127.0.0.1:${provider.port}` });
    expect(await rejection(wrong.post('send'))).toMatchObject({ kind: 'configuration', code: 'http_certificate' });
    expect(provider.taken).toHaveLength(0);
    using right = opened({ baseUrl: `https://localhost:${provider.port}` });
    await right.post('send');
    await Promise.all([right.post('send'), right.post('send')]);
    expect([provider.taken.length, provider.connected()]).toEqual([3, 3]);
  });
});

describe('once the request was written', () => {
  it('a server that never answers leaves the outcome unknown, in time', async () => {
    await using provider = await startProvider(() => undefined);
    using http = opened({ baseUrl: provider.url, timeoutMs: 200 });
    const startedAt = performance.now();
    expect(await rejection(http.post('send', { json: {} }))).toMatchObject({ ...inDoubt, code: 'http_no_reply' });
    expect(performance.now() - startedAt).toBeGreaterThan(190);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(provider.taken).toHaveLength(1);
    await vi.waitUntil(() => provider.sockets.size === 0);
  });

  it('so does one that never reads', async () => {
    await using server = await startRaw((socket) => socket.pause());
    using http = opened({ baseUrl: `http://127.0.0.1:${server.port}`, timeoutMs: 300 });
    expect(await rejection(http.post('send', { json: big }))).toMatchObject({ ...inDoubt, code: 'http_no_reply' });
  });

  it('so does one that begins to answer and never ends', async () => {
    await using provider = await startProvider((response) => response.writeHead(200, { 'content-length': '100' }).write('half'));
    using http = opened({ baseUrl: provider.url, timeoutMs: 200 });
    expect(await rejection(http.post('send'))).toMatchObject({ ...inDoubt, code: 'http_no_reply' });
    await vi.waitUntil(() => provider.sockets.size === 0);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['closes without a reply', (socket) => socket.end()],
    ['resets the connection', (socket) => socket.resetAndDestroy()],
    ['breaks in the middle of the head', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-')],
    ['breaks in the middle of the body', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf')],
    ['breaks in the middle of a chunk', (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf')],
    ['answers garbage', (socket) => socket.end('garbage\r\n\r\n')],
    ['wants another protocol', (socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n')],
    ['answers a status that there is not', (socket) => socket.end('HTTP/1.1 999 Denied\r\nContent-Length: 0\r\n\r\n')],
  ])('so does one that %s', async (_, answer) => {
    await using server = await startRaw((socket) => socket.once('data', () => answer(socket)));
    using http = opened({ baseUrl: `http://127.0.0.1:${server.port}` });
    expect(await rejection(http.post('send', { json: {} }))).toMatchObject({ ...inDoubt, code: 'http_interrupted' });
    await vi.waitUntil(() => server.connections() === 0);
  });

  it('so does an abort, at once', async () => {
    await using provider = await startProvider(() => undefined);
    using http = opened({ baseUrl: provider.url });
    const stop = new AbortController();
    const sending = rejection(http.post('send', { json: {}, signal: stop.signal }));
    await vi.waitUntil(() => provider.taken.length === 1);
    const startedAt = performance.now();
    stop.abort();
    expect(await sending).toMatchObject({ ...inDoubt, code: 'http_interrupted' });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    await vi.waitUntil(() => provider.sockets.size === 0);
  });

  it('so does an abort in the middle of the reply', async () => {
    await using provider = await startProvider((response) => response.writeHead(200, { 'content-length': '100' }).write('half'));
    using http = opened({ baseUrl: provider.url });
    const stop = new AbortController();
    const sending = rejection(http.post('send', { signal: stop.signal }));
    await vi.waitUntil(() => provider.taken.length === 1);
    stop.abort();
    expect(await sending).toMatchObject({ ...inDoubt, code: 'http_interrupted' });
  });

  it('an abort of one request leaves the others alone', async () => {
    const answers: (() => void)[] = [];
    await using provider = await startProvider((response) => answers.push(() => response.end('done')));
    using http = opened({ baseUrl: provider.url });
    const stop = new AbortController();
    const aborted = rejection(http.post('send', { signal: stop.signal }));
    const others = [http.post('send').text(), http.post('send').text()];
    await vi.waitUntil(() => answers.length === 3);
    stop.abort();
    expect(await aborted).toMatchObject({ kind: 'unknown' });
    for (const answer of answers) answer();
    expect(await Promise.all(others)).toEqual(['done', 'done']);
  });
});

describe('a kept-alive connection', () => {
  it('that the server closed while it was idle is known to be closed: the next request takes another', async () => {
    await using provider = await startProvider();
    using http = opened({ baseUrl: provider.url });
    await http.post('send');
    // It is gone here when the client has closed its side too.
    for (const socket of provider.sockets) socket.end();
    await vi.waitUntil(() => provider.sockets.size === 0);
    await http.post('send');
    expect([provider.taken.length, provider.connected()]).toEqual([2, 2]);
  });

  it('that the server closes just when the next request is written leaves its outcome unknown', async () => {
    await using provider = await startProvider();
    using http = opened({ baseUrl: provider.url });
    await http.post('send');
    for (const socket of provider.sockets) socket.destroy();
    expect(await rejection(http.post('send', { json: {} }))).toMatchObject({ ...inDoubt, code: 'http_interrupted' });
    expect([provider.taken.length, provider.connected()]).toEqual([1, 1]);
  });

  it('is left before the time at which the server says that it closes it', async () => {
    await using provider = await startProvider((response) =>
      response.writeHead(200, { connection: 'keep-alive', 'keep-alive': 'timeout=1' }).end(),
    );
    using http = opened({ baseUrl: provider.url });
    await http.post('send');
    await http.post('send');
    expect(provider.connected()).toBe(2);
  });
});
