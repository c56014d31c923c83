import type { ServerResponse } from 'node:http';
import { rejection } from '@sitemessage/test-support';
import { describe, expect, it, vi } from 'vitest';
import { opened } from './opened.ts';
import { startProvider } from './provider.ts';

const mebibyte = 1_024 * 1_024;
const cut = {
  kind: 'unknown',
  code: 'http_interrupted',
  message: 'The request was written, and then: the reply was longer than 8 MiB, and was cut off.',
};

/** Bit by bit, for as long as somebody listens. */
function trickle(response: ServerResponse): void {
  if (response.destroyed) return;
  response.write('x');
  setImmediate(trickle, response);
}

describe('a reply', () => {
  it.each(['text', 'json', 'arrayBuffer'] as const)('of more than 8 MiB is cut off, whoever reads it as %s', async (as) => {
    await using provider = await startProvider((response) => response.end(Buffer.alloc(9 * mebibyte, 'x')));
    using http = opened({ baseUrl: provider.url });
    expect(await rejection(http.post('send')[as]())).toMatchObject(cut);
    await vi.waitUntil(() => provider.sockets.size === 0);
    expect(provider.taken).toHaveLength(1);
  });

  it('of a refusal is cut off too, and so is that of a fetch which was given', async () => {
    await using provider = await startProvider((response) => response.writeHead(400).end(Buffer.alloc(9 * mebibyte, 'x')));
    using own = opened({ baseUrl: provider.url });
    using given = opened({ baseUrl: provider.url, fetch });
    expect(await rejection(own.post('send'))).toMatchObject(cut);
    expect(await rejection(given.post('send'))).toMatchObject(cut);
    // The global `fetch` of some Nodes opens another connection then, which it keeps for 4 s without using it.
    await vi.waitUntil(() => provider.sockets.size === 0, { timeout: 10_000 });
  });

  it('of 8 MiB is read to its end, and its connection kept', async () => {
    await using provider = await startProvider((response) => response.end(Buffer.alloc(8 * mebibyte, 'x')));
    using http = opened({ baseUrl: provider.url });
    expect((await http.post('send').arrayBuffer()).byteLength).toBe(8 * mebibyte);
    expect(provider.sockets.size).toBe(1);
  });

  it('that goes on and on ends in time', async () => {
    await using provider = await startProvider(trickle);
    using http = opened({ baseUrl: provider.url, timeoutMs: 200 });
    expect(await rejection(http.post('send'))).toMatchObject({ kind: 'unknown', code: 'http_no_reply' });
    await vi.waitUntil(() => provider.sockets.size === 0);
  });
});
