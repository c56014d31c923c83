import { rejection } from '@sitemessage/test-support';
import { describe, expect, it, vi } from 'vitest';
import { opened } from './opened.ts';
import { startProvider } from './provider.ts';

describe('a request', () => {
  it('carries JSON, and so does its reply', async () => {
    await using provider = await startProvider();
    using http = opened({ baseUrl: provider.url });
    expect(await http.post('send', { json: { text: 'Grüße' } }).json()).toEqual({ ok: true });
    const [taken] = provider.taken;
    expect(taken).toMatchObject({ method: 'POST', url: '/send', headers: { 'content-type': 'application/json', 'content-length': '18' } });
    expect(JSON.parse(String(taken?.body))).toEqual({ text: 'Grüße' });
  });

  it('carries a form', async () => {
    await using provider = await startProvider();
    using http = opened({ baseUrl: provider.url });
    await http.post('send', { body: new URLSearchParams({ text: 'a & b' }) });
    expect(provider.taken[0]?.headers['content-type']).toContain('application/x-www-form-urlencoded');
    expect(String(provider.taken[0]?.body)).toBe('text=a+%26+b');
  });

  it('carries a form with a file, byte for byte', async () => {
    await using provider = await startProvider();
    using http = opened({ baseUrl: provider.url });
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const form = new FormData();
    form.set('caption', 'Hello');
    form.set('photo', new File([bytes], 'photo.png', { type: 'image/png' }));
    await http.post('send', { body: form });
    const { headers = {}, body = Buffer.alloc(0) } = provider.taken[0] ?? {};
    expect(headers['content-length']).toBe(String(body.length));
    const read = await new Response(new Uint8Array(body), { headers: { 'content-type': String(headers['content-type']) } }).formData();
    expect(read.get('caption')).toBe('Hello');
    expect(await (read.get('photo') as File).bytes()).toEqual(bytes);
  });

  it('without a body has the length 0', async () => {
    await using provider = await startProvider();
    using http = opened({ baseUrl: provider.url });
    await http.post('send');
    expect(provider.taken[0]).toMatchObject({ method: 'POST', headers: { 'content-length': '0' }, body: Buffer.alloc(0) });
  });

  it.each(['/v1', '/v1/'])('goes to a path below %s', async (path) => {
    await using provider = await startProvider();
    using http = opened({ baseUrl: `${provider.url}${path}` });
    await http.get('users/me', { searchParams: { fields: 'a b' } });
    await http.get('/users/me');
    expect(provider.taken.map(({ url }) => url)).toEqual(['/v1/users/me?fields=a+b', '/v1/users/me']);
  });

  it('that is answered by 204 has no JSON, and no error', async () => {
    await using provider = await startProvider((response) => response.writeHead(204).end());
    using http = opened({ baseUrl: provider.url });
    expect(await http.post('send').json()).toBeUndefined();
    expect((await http.post('send')).status).toBe(204);
  });

  it('may be answered by bytes, and by a header twice', async () => {
    const bytes = Buffer.from([0, 255, 128]);
    await using provider = await startProvider((response) =>
      response
        .writeHead(200, [
          ['set-cookie', 'a=1'],
          ['set-cookie', 'b=2'],
        ])
        .end(bytes),
    );
    using http = opened({ baseUrl: provider.url });
    const response = await http.get('photo');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
  });
});

describe('connections', () => {
  it('are kept alive: twenty requests go through one', async () => {
    await using provider = await startProvider();
    using http = opened({ baseUrl: provider.url });
    for (let count = 0; count < 20; count += 1) await http.post('send', { json: { count } });
    expect(provider.taken).toHaveLength(20);
    expect(provider.connected()).toBe(1);
  });

  it('send fifty requests at the same time, without a warning', async () => {
    const warn = vi.fn();
    process.on('warning', warn);
    await using provider = await startProvider();
    using http = opened({ baseUrl: provider.url });
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 50 }, (_, count) => http.post('send', { json: { count }, signal })));
    await new Promise(setImmediate);
    process.off('warning', warn);
    expect(provider.taken).toHaveLength(50);
    expect(warn).not.toHaveBeenCalled();
  });

  it('are closed by close()', async () => {
    await using provider = await startProvider();
    using http = opened({ baseUrl: provider.url });
    await Promise.all([http.get('a'), http.get('b')]);
    expect(provider.sockets.size).toBe(2);
    http.close();
    http.close();
    await vi.waitUntil(() => provider.sockets.size === 0);
  });

  it('in use are closed by close(): the outcome is unknown, and later requests are not sent', async () => {
    await using provider = await startProvider(() => undefined);
    using http = opened({ baseUrl: provider.url });
    const sending = rejection(http.post('send'));
    await vi.waitUntil(() => provider.taken.length === 1);
    http.close();
    expect(await sending).toMatchObject({ kind: 'unknown', code: 'http_interrupted' });
    await vi.waitUntil(() => provider.sockets.size === 0);
    expect(await rejection(http.post('send'))).toMatchObject({ kind: 'transient', code: 'http_aborted' });
    expect(provider.connected()).toBe(1);
  });

  it('stay open when the signal of a finished request is aborted', async () => {
    let answer: (() => void) | undefined;
    await using provider = await startProvider((response, { url }) => {
      if (url === '/first') response.end('first');
      else answer = () => response.end('second');
    });
    using http = opened({ baseUrl: provider.url });
    const first = new AbortController();
    await http.get('first', { signal: first.signal });
    const second = http.get('second').text();
    await vi.waitUntil(() => answer !== undefined);
    first.abort();
    answer?.();
    expect(await second).toBe('second');
    expect(provider.connected()).toBe(1);
  });
});

describe('requests are not repeated and not redirected', () => {
  it.each(['get', 'post', 'put', 'delete'] as const)('a 500 gets one %s', async (method) => {
    await using provider = await startProvider((response) => response.writeHead(500).end());
    using http = opened({ baseUrl: provider.url });
    await rejection(http[method]('send'));
    expect(provider.taken).toHaveLength(1);
  });

  it('a connection that breaks gets one request', async () => {
    await using provider = await startProvider((response) => response.destroy());
    using http = opened({ baseUrl: provider.url });
    await rejection(http.get('send'));
    expect(provider.connected()).toBe(1);
  });

  it.each([301, 302, 303, 307, 308])('a %i is not followed', async (status) => {
    await using other = await startProvider();
    await using provider = await startProvider((response) => response.writeHead(status, { location: `${other.url}/stolen` }).end());
    using http = opened({ baseUrl: provider.url });
    expect(await rejection(http.get('send'))).toMatchObject({ kind: 'configuration', code: `http_${status}` });
    expect(other.connected()).toBe(0);
  });
});

describe('an instance made by extend', () => {
  it('uses the same connections, and has the same errors', async () => {
    await using provider = await startProvider((response, { url }) => response.writeHead(url === '/ok' ? 200 : 503).end());
    using http = opened({ baseUrl: provider.url });
    const extended = http.extend({ headers: { 'x-shop': '7' } });
    await http.get('ok');
    await extended.get('ok');
    expect(await rejection(extended.get('fails'))).toMatchObject({ kind: 'transient', code: 'http_503' });
    expect(provider.taken[1]?.headers['x-shop']).toBe('7');
    expect(provider.connected()).toBe(1);
  });

  it('keeps an error of core that a hook has thrown', async () => {
    await using provider = await startProvider();
    using http = opened({ baseUrl: provider.url });
    const thrown = Object.assign(new Error('there is nobody'), { kind: 'permanent', code: 'provider_gone' });
    const refuse = (): never => {
      throw thrown;
    };
    expect(await rejection(http.get('send', { hooks: { afterResponse: [refuse] } }))).toBe(thrown);
  });
});
