import { rejection } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import type { Http } from '../src/index.ts';
import { opened } from './opened.ts';
import { startProvider } from './provider.ts';

const refused = { kind: 'configuration', code: 'option_invalid', field: 'retry', message: expect.stringMatching(/^`retry` must /) };

/** [name, a call with `retry`] */
const ways: readonly (readonly [string, (http: Http) => unknown])[] = [
  ['a request', (http) => http('send', { retry: 3 })],
  ['a get', (http) => http.get('send', { retry: { limit: 3, methods: ['get'] } })],
  ['a post', (http) => http.post('send', { retry: { limit: 3, methods: ['post'] } })],
  ['a post with a limit of 0', (http) => http.post('send', { retry: { limit: 0 } })],
  ['an instance made by extend', (http) => http.extend({ retry: 3 })],
  ['an instance made by extend with a function', (http) => http.extend((defaults) => ({ ...defaults, retry: 3 }))],
  ['a request of an instance made by extend', (http) => http.extend({ headers: { 'x-shop': '7' } }).post('send', { retry: 3 })],
];

describe('a retry of ky', () => {
  it.each(ways)('is refused for %s, and nothing is sent', async (_, send) => {
    await using provider = await startProvider((response) => response.writeHead(503).end());
    using http = opened({ baseUrl: provider.url });
    expect(await rejection(async () => send(http))).toMatchObject(refused);
    expect(provider.connected()).toBe(0);
  });

  it('does not happen for a limit of 0, nor when a hook asks for it', async () => {
    await using provider = await startProvider((response) => response.writeHead(503).end());
    using http = opened({ baseUrl: provider.url });
    const again = http.extend((defaults) => ({ ...defaults, hooks: { afterResponse: [() => http.retry()] } }));
    await rejection(again.get('send', { retry: 0 }));
    expect(provider.taken).toHaveLength(1);
  });
});
