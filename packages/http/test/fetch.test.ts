import { certificate, closedPort, rejection, startRaw } from '@sitemessage/test-support';
import { describe, expect, it, vi } from 'vitest';
import { opened } from './opened.ts';
import { startProvider } from './provider.ts';

const baseUrl = 'https://api.example.com/v1';
const throwing = (thrown: unknown) => async (): Promise<Response> => {
  throw thrown;
};

describe('a fetch that was given', () => {
  it('gets the request, and no connection is opened', async () => {
    const seen: unknown[] = [];
    using http = opened({
      baseUrl,
      proxy: 'socks5://127.0.0.1:1',
      fetch: async (input) => {
        const { method, url, redirect } = input as Request;
        seen.push([method, url, redirect, await (input as Request).json()]);
        return Response.json({ ok: true });
      },
    });
    expect(await http.post('send', { json: { text: 'Hello' } }).json()).toEqual({ ok: true });
    expect(seen).toEqual([['POST', `${baseUrl}/send`, 'manual', { text: 'Hello' }]]);
  });

  it('returns statuses that are mapped like others', async () => {
    using http = opened({ baseUrl, fetch: async () => new Response('busy', { status: 429, headers: { 'retry-after': '3' } }) });
    expect(await rejection(http.post('send'))).toMatchObject({
      kind: 'transient',
      code: 'http_429',
      scope: 'messenger',
      retryAfterMs: 3_000,
    });
  });

  it.each([
    ['a text', 'broken'],
    ['nothing', undefined],
    ['an error', new Error('broken')],
    [
      'a wrapped error',
      new TypeError('fetch failed', { cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }) }),
    ],
  ])('that throws %s leaves the outcome unknown', async (_, thrown) => {
    using http = opened({ baseUrl, fetch: throwing(thrown) });
    expect(await rejection(http.post('send'))).toMatchObject({ kind: 'unknown', code: 'http_interrupted' });
  });

  it('that could connect to none of several addresses shows the error of each', async () => {
    const refusals = ['::1', '127.0.0.1'].map((address) => new Error(`connect ECONNREFUSED ${address}:1`));
    const cause = Object.assign(new AggregateError(refusals), { code: 'ECONNREFUSED' });
    using http = opened({ baseUrl, fetch: throwing(new TypeError('fetch failed', { cause })) });
    expect(await rejection(http.post('send'))).toMatchObject({
      code: 'http_connection',
      message: 'Nothing was sent: connect ECONNREFUSED ::1:1, connect ECONNREFUSED 127.0.0.1:1.',
    });
  });

  it('that never ends is aborted after the timeout, and leaves the outcome unknown', async () => {
    let signal: AbortSignal | undefined;
    using http = opened({
      baseUrl,
      timeoutMs: 100,
      fetch: (input) => {
        ({ signal } = input as Request);
        return new Promise(() => undefined);
      },
    });
    expect(await rejection(http.post('send'))).toMatchObject({ kind: 'unknown', code: 'http_no_reply' });
    expect(signal?.aborted).toBe(true);
  });

  it('is not called for a request that was aborted before', async () => {
    const fetch = vi.fn(async () => new Response());
    using http = opened({ baseUrl, fetch });
    expect(await rejection(http.post('send', { signal: AbortSignal.abort() }))).toMatchObject({ kind: 'transient', code: 'http_aborted' });
    expect(fetch).not.toHaveBeenCalled();
  });
});

describe('the global fetch', () => {
  it('sends, and tells a refused connection', async () => {
    await using provider = await startProvider();
    using http = opened({ baseUrl: provider.url, fetch });
    expect(await http.post('send', { json: {} }).json()).toEqual({ ok: true });
    for (const host of ['127.0.0.1', 'localhost']) {
      using refused = opened({ baseUrl: `http://${host}:${await closedPort()}`, fetch });
      expect(await rejection(refused.post('send'))).toMatchObject({ kind: 'transient', code: 'http_connection' });
    }
  });

  it('tells a certificate that is not trusted', async () => {
    await using provider = await startProvider(undefined, await certificate([], ['127.0.0.1']));
    using http = opened({ baseUrl: provider.url, fetch });
    expect(await rejection(http.post('send'))).toMatchObject({ kind: 'configuration', code: 'http_certificate' });
    expect(provider.taken).toEqual([]);
  });

  it('leaves the outcome unknown when the connection breaks', async () => {
    await using server = await startRaw((socket) => socket.once('data', () => socket.resetAndDestroy()));
    using http = opened({ baseUrl: `http://127.0.0.1:${server.port}`, fetch });
    expect(await rejection(http.post('send'))).toMatchObject({ kind: 'unknown', code: 'http_interrupted' });
  });

  it.each(['text', 'json', 'arrayBuffer'] as const)(
    'leaves the outcome unknown when the connection breaks in the middle of a reply read as %s',
    async (as) => {
      await using server = await startRaw((socket) =>
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf')),
      );
      using http = opened({ baseUrl: `http://127.0.0.1:${server.port}`, fetch });
      expect(await rejection(http.post('send')[as]())).toMatchObject({ kind: 'unknown', code: 'http_interrupted' });
    },
  );
});
