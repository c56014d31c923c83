import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { EventDispatch } from '@sitemessage/core';
import { createLinks } from '@sitemessage/core/links';
import { memoryStorage } from '@sitemessage/core/memory';
import { expect, it, onTestFinished } from 'vitest';
import { messages } from '../src/messages.ts';
import { withExpress } from '../src/with-express.ts';
import { withFastify } from '../src/with-fastify.ts';
import { withHono } from '../src/with-hono.ts';
import { withNext } from '../src/with-next.ts';
import { withNode } from '../src/with-node.ts';
import { bird } from './bird.ts';

type Ask = (url: string, init?: RequestInit) => Promise<Response>;
type Mount = (handler: ReturnType<typeof messages>['handler']) => Promise<Ask>;

/** Sends requests to a listening server, for any host in the URL. */
async function served(server: Server): Promise<Ask> {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return (url, init) => fetch(url.replace('https://shop.example', `http://127.0.0.1:${port}`), init);
}

const mounts: readonly [name: string, mount: Mount][] = [
  ['node:http', (handler) => served(withNode(handler))],
  ['Express', (handler) => served(createServer(withExpress(handler) as RequestListener))],
  [
    'Fastify',
    async (handler) => {
      const app = withFastify(handler);
      await app.ready();
      return served(app.server);
    },
  ],
  ['Hono', async (handler) => (url, init) => Promise.resolve(withHono(handler).fetch(new Request(url, init)))],
  ['Hono on Node', (handler) => served(serve({ fetch: withHono(handler).fetch, port: 0, hostname: '127.0.0.1' }) as Server)],
  [
    'a route handler as of Next.js',
    async (handler) => (url, init) => withNext(handler)[(init?.method ?? 'GET') as 'GET' | 'POST' | 'PUT'](new Request(url, init)),
  ],
];

it.each(mounts)('people unsubscribe, and choose, through %s', async (_, mount) => {
  const url = 'https://shop.example/messages';
  const { site, handler } = messages(memoryStorage(), url);
  onTestFinished(() => site.close());
  site.registerMessengers(bird());
  const ask = await mount(handler);
  const dispatch: EventDispatch = { id: '1', messageId: '1', type: 'news', messenger: 'bird', address: 'ann', attempt: 1 };
  const links = createLinks({ url, secret: 'only-for-trying-it-out-0123456789' })(dispatch);
  const choice = async (): Promise<unknown> => {
    const { types } = await site.getRecipientPreferences(dispatch, { messageFilter: (alias) => alias === 'news' });
    return types[0]?.choices[0]?.isSubscribed;
  };

  await site.subscribe('news', site.recipients('bird', 'ann'));
  const question = await ask(links.unsubscribe);
  expect(question.status).toBe(200);
  expect(await question.text()).toContain('<h1>Unsubscribe?</h1>');
  expect(await choice()).toBe(true);

  const oneClick = await ask(links.unsubscribe, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) });
  expect(oneClick.status).toBe(200);
  expect(await choice()).toBe(false);

  const parts = new FormData();
  parts.set('shown', 'news/bird');
  parts.set('wanted', 'news/bird');
  const saved = await ask(links.preferences, { method: 'POST', body: parts });
  expect(await saved.text()).toContain('<h1>Your choice is saved</h1>');
  expect(await choice()).toBe(true);

  const api = links.preferences.replace('/messages/', '/messages/api/');
  const body = JSON.stringify([{ type: 'news', messenger: 'bird', isSubscribed: false }]);
  const changed = await ask(api, { method: 'PUT', body, headers: { 'content-type': 'application/json' } });
  expect(changed.status).toBe(200);
  expect(await choice()).toBe(false);

  const pixel = await ask(links.pixel);
  expect(pixel.headers.get('content-type')).toBe('image/gif');
  expect((await ask(`${url}/unsubscribe/nonsense`)).status).toBe(404);
});
