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

/** Writes a byte at a time until the client disconnects. */
function trickle(response: ServerResponse): void {
  if (response.destroyed) return;
  response.write('x');
  setImmediate(trickle, response);
}

describe('a reply', () => {
  it.each(['text', 'json', 'arrayBuffer'] as const)('of more than 8 MiB that is read as %s is cut off', async (as) => {
    await using provider = await startProvider((response) => response.end(Buffer.alloc(9 * mebibyte, 'x')));
    using http = opened({ baseUrl: provider.url });
    expect(await rejection(http.post('send')[as]())).toMatchObject(cut);
    await vi.waitUntil(() => provider.sockets.size === 0);
    expect(provider.taken).toHaveLength(1);
  });

  it('of more than 8 MiB is cut off too after a refusal, and from a given fetch', async () => {
    await using provider = await startProvider((response) => response.writeHead(400).end(Buffer.alloc(9 * mebibyte, 'x')));
    using own = opened({ baseUrl: provider.url });
    using given = opened({ baseUrl: provider.url, fetch });
    expect(await rejection(own.post('send'))).toMatchObject(cut);
    expect(await rejection(given.post('send'))).toMatchObject(cut);
    // The global `fetch` of some Nodes opens another connection then, which it keeps for 4 s without using
    // it.
    await vi.waitUntil(() => provider.sockets.size === 0, { timeout: 10_000 });
  });

  it('of 8 MiB is read to its end, and its connection is kept', async () => {
    await using provider = await startProvider((response) => response.end(Buffer.alloc(8 * mebibyte, 'x')));
    using http = opened({ baseUrl: provider.url });
    expect((await http.post('send').arrayBuffer()).byteLength).toBe(8 * mebibyte);
    expect(provider.sockets.size).toBe(1);
  });

  it('that never ends is cut off after the timeout', async () => {
    await using provider = await startProvider(trickle);
    using http = opened({ baseUrl: provider.url, timeoutMs: 200 });
    expect(await rejection(http.post('send'))).toMatchObject({ kind: 'unknown', code: 'http_no_reply' });
    await vi.waitUntil(() => provider.sockets.size === 0);
  });
});
