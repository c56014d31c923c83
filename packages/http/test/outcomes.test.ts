import type { Socket } from 'node:net';
import { certificate, closedPort, rejection, startRaw, trust } from '@sitemessage/test-support';
import { describe, expect, it, vi } from 'vitest';
import { opened } from './opened.ts';
import { startProvider } from './provider.ts';

const notSent = { kind: 'transient', message: expect.stringMatching(/^Nothing was sent: /) };
const inDoubt = { kind: 'unknown', message: expect.stringMatching(/^The request was written, and then: /) };
const big = { text: 'x'.repeat(20_000_000) };

describe('before the connection stands, nothing is sent when', () => {
  it('a port refuses', async () => {
    using http = opened({ baseUrl: `http://127.0.0.1:${await closedPort()}` });
    const error = await rejection(http.post('send', { json: {} }));
    expect(error).toMatchObject({ ...notSent, code: 'http_connection' });
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.cause).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('each address of a name refuses', async () => {
    using http = opened({ baseUrl: `http://localhost:${await closedPort()}` });
    const error = await rejection(http.post('send', { json: {} }));
    expect(error).toMatchObject({ ...notSent, code: 'http_connection' });
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('a name is unknown', async () => {
    using http = opened({ baseUrl: 'http://nobody.invalid' });
    expect(await rejection(http.post('send'))).toMatchObject({ ...notSent, code: 'http_connection' });
  });

  it('a handshake never ends: it stops after the timeout, with nothing of the request on the wire', async () => {
    await using server = await startRaw();
    using http = opened({ baseUrl: `https://127.0.0.1:${server.port}`, timeoutMs: 200 });
    expect(await rejection(http.post('send', { headers: { 'x-mark': 'marked' } }))).toMatchObject({ ...notSent, code: 'http_connection' });
    expect(server.heard()).not.toContain('marked');
    await vi.waitUntil(() => server.connections() === 0);
  });

  it('a server does not speak TLS', async () => {
    await using provider = await startProvider();
    using http = opened({ baseUrl: `https://127.0.0.1:${provider.port}` });
    expect(await rejection(http.post('send'))).toMatchObject({ ...notSent, code: 'http_connection' });
    expect(provider.taken).toHaveLength(0);
  });

  it('the request is aborted', async () => {
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
    'the request is aborted before it begins, for the reason %s: no connection is opened',
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

  it.each(['a line\nbreak', 'a \u0001 control', 'a sign ☃'])('a header cannot be sent: %j', async (value) => {
    await using provider = await startProvider();
    using http = opened({ baseUrl: provider.url });
    const send = () => http.post('send', { headers: { 'x-token': value } });
    expect(await rejection(send)).toMatchObject({ ...notSent, code: 'http_request' });
    expect(provider.taken).toHaveLength(0);
  });

  it('a URL has another protocol', async () => {
    await using provider = await startProvider();
    using http = opened({ baseUrl: provider.url });
    expect(await rejection(http.get(new URL(`https://127.0.0.1:${provider.port}/`)))).toMatchObject({ ...notSent, code: 'http_request' });
  });
});

describe('a certificate', () => {
  const untrusted = certificate(['localhost'], ['127.0.0.1']);

  it('without a trusted authority is a configuration error, and the server gets no request', async () => {
    await using provider = await startProvider(undefined, await untrusted);
    using http = opened({ baseUrl: provider.url });
    expect(await rejection(http.post('send', { json: {} }))).toMatchObject({ kind: 'configuration', code: 'http_certificate' });
    expect(provider.connected()).toBe(1);
    expect(provider.taken).toHaveLength(0);
  });

  it('for another name is one too; for the right name it is trusted, also on a second connection', async () => {
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

describe('once the request was written, the outcome is unknown when', () => {
  it('the server never answers: it stops after the timeout', async () => {
    await using provider = await startProvider(() => undefined);
    using http = opened({ baseUrl: provider.url, timeoutMs: 200 });
    const startedAt = performance.now();
    expect(await rejection(http.post('send', { json: {} }))).toMatchObject({ ...inDoubt, code: 'http_no_reply' });
    expect(performance.now() - startedAt).toBeGreaterThan(190);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(provider.taken).toHaveLength(1);
    await vi.waitUntil(() => provider.sockets.size === 0);
  });

  it('the server never reads', async () => {
    await using server = await startRaw((socket) => socket.pause());
    using http = opened({ baseUrl: `http://127.0.0.1:${server.port}`, timeoutMs: 300 });
    expect(await rejection(http.post('send', { json: big }))).toMatchObject({ ...inDoubt, code: 'http_no_reply' });
  });

  it('the server begins to answer and never ends', async () => {
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
    [
      'switches to another protocol',
      (socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
    ],
    ['answers a status that does not exist', (socket) => socket.end('HTTP/1.1 999 Denied\r\nContent-Length: 0\r\n\r\n')],
  ])('the server %s', async (_, answer) => {
    await using server = await startRaw((socket) => socket.once('data', () => answer(socket)));
    using http = opened({ baseUrl: `http://127.0.0.1:${server.port}` });
    expect(await rejection(http.post('send', { json: {} }))).toMatchObject({ ...inDoubt, code: 'http_interrupted' });
    await vi.waitUntil(() => server.connections() === 0);
  });

  it('the request is aborted: it stops at once', async () => {
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

  it('the request is aborted in the middle of the reply', async () => {
    await using provider = await startProvider((response) => response.writeHead(200, { 'content-length': '100' }).write('half'));
    using http = opened({ baseUrl: provider.url });
    const stop = new AbortController();
    const sending = rejection(http.post('send', { signal: stop.signal }));
    await vi.waitUntil(() => provider.taken.length === 1);
    stop.abort();
    expect(await sending).toMatchObject({ ...inDoubt, code: 'http_interrupted' });
  });

  it('the request is aborted, and other requests go on', async () => {
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
  it('that the server closed while it was idle is replaced by another for the next request', async () => {
    await using provider = await startProvider();
    using http = opened({ baseUrl: provider.url });
    await http.post('send');
    // The socket leaves the set when the client has closed its side too.
    for (const socket of provider.sockets) socket.end();
    await vi.waitUntil(() => provider.sockets.size === 0);
    await http.post('send');
    expect([provider.taken.length, provider.connected()]).toEqual([2, 2]);
  });

  it('that the server closes just when a request is written leaves the outcome unknown', async () => {
    await using provider = await startProvider();
    using http = opened({ baseUrl: provider.url });
    await http.post('send');
    for (const socket of provider.sockets) socket.destroy();
    expect(await rejection(http.post('send', { json: {} }))).toMatchObject({ ...inDoubt, code: 'http_interrupted' });
    expect([provider.taken.length, provider.connected()]).toEqual([1, 1]);
  });

  it('is not used after the time at which the server says that it closes it', async () => {
    await using provider = await startProvider((response) =>
      response.writeHead(200, { connection: 'keep-alive', 'keep-alive': 'timeout=1' }).end(),
    );
    using http = opened({ baseUrl: provider.url });
    await http.post('send');
    await http.post('send');
    expect(provider.connected()).toBe(2);
  });
});
