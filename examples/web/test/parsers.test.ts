import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { createLinks } from '@sitemessage/core/links';
import { memoryStorage } from '@sitemessage/core/memory';
import { createWebHandler, type WebHandler } from '@sitemessage/web';
import express from 'express';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import { describe, expect, it, onTestFinished } from 'vitest';
import { messages } from '../src/messages.ts';
import { withNext } from '../src/with-next.ts';
import { bird } from './bird.ts';

const url = 'https://shop.example/messages';
const secret = 'only-for-trying-it-out-0123456789';
const dispatch = { id: '1', messageId: '1', type: 'news', messenger: 'bird', address: 'ann', attempt: 1 };
const links = createLinks({ url, secret })(dispatch);

type Ask = (url: string, init?: RequestInit) => Promise<Response>;

async function served(server: Server): Promise<Ask> {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return (to, init) => fetch(to.replace('https://shop.example', `http://127.0.0.1:${port}`), init);
}

/** Makes a handler, a subscriber, and a list of the errors that the handler reports. */
async function setUp() {
  const { site } = messages(memoryStorage(), url);
  onTestFinished(() => site.close());
  site.registerMessengers(bird());
  await site.subscribe('news', site.recipients('bird', 'ann'));
  const errors: unknown[] = [];
  const handler = createWebHandler(site, { basePath: '/messages', secret, onError: (error) => errors.push(error) });
  return {
    handler,
    errors,
    async isSubscribed() {
      const { types } = await site.getRecipientPreferences(dispatch, { messageFilter: (alias) => alias === 'news' });
      return types[0]?.choices[0]?.isSubscribed;
    },
  };
}

const oneClick = (): RequestInit => ({ method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) });
const choice = (isSubscribed: boolean): RequestInit => ({
  method: 'PUT',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify([{ type: 'news', messenger: 'bird', isSubscribed }]),
});

const expressWith =
  (...parsers: readonly express.RequestHandler[]) =>
  (handler: WebHandler): Promise<Ask> => {
    const app = express();
    for (const parser of parsers) app.use(parser);
    app.all('/messages/*path', getRequestListener(handler));
    return served(createServer(app as RequestListener));
  };

/** Parses forms as `@fastify/formbody` does. Fastify itself parses JSON. */
const fastifyWith =
  (handOver: boolean) =>
  async (handler: WebHandler): Promise<Ask> => {
    const app = fastify();
    onTestFinished(() => app.close());
    app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    const listener = getRequestListener(handler);
    app.all('/messages/*', (request, reply) => {
      reply.hijack();
      if (handOver) Object.assign(request.raw, { body: request.body });
      return listener(request.raw, reply.raw);
    });
    await app.ready();
    return served(app.server);
  };

describe('after a parser has read the body', () => {
  it.each<[name: string, mount: (handler: WebHandler) => Promise<Ask>]>([
    ['Express, simple', expressWith(express.urlencoded({ extended: false }), express.json())],
    ['Express, extended', expressWith(express.urlencoded({ extended: true }), express.json())],
    ['Express, as texts', expressWith(express.text({ type: '*/*' }))],
    ['Express, as bytes', expressWith(express.raw({ type: '*/*' }))],
    ['Fastify, with the body handed over', fastifyWith(true)],
  ])('people unsubscribe, and choose: %s', async (_, mount) => {
    const { handler, errors, isSubscribed } = await setUp();
    const ask = await mount(handler);
    expect((await ask(links.unsubscribe, oneClick())).status).toBe(200);
    expect(await isSubscribed()).toBe(false);
    const api = links.preferences.replace('/messages/', '/messages/api/');
    expect((await ask(api, choice(true))).status).toBe(200);
    expect(await isSubscribed()).toBe(true);

    const gone = Array.from({ length: 30 }, (_, index): [string, string] => ['shown', `gone-${index}/bird`]);
    const shown: [string, string][] = [['shown', 'news/bird'], ...gone];
    const form = (fields: [string, string][]): RequestInit => ({ method: 'POST', body: new URLSearchParams(fields) });
    expect((await ask(links.preferences, form(shown))).status).toBe(409);
    expect((await ask(links.preferences, form(shown.slice(0, 1)))).status).toBe(200);
    expect(await isSubscribed()).toBe(false);
    expect((await ask(links.unsubscribe, { method: 'POST' })).status).toBe(400);
    expect(errors).toEqual([]);
  });

  /** Reads the body before the handler does, and drops it. */
  const readFirst =
    (handler: WebHandler): WebHandler =>
    async (request) => {
      await request.text();
      return handler(request);
    };

  it.each<[name: string, mount: (handler: WebHandler) => Promise<Ask>]>([
    ['Fastify', fastifyWith(false)],
    [
      'Hono',
      async (handler) => {
        const app = new Hono().all('/messages/*', (context) => readFirst(handler)(context.req.raw));
        return (to, init) => Promise.resolve(app.fetch(new Request(to, init)));
      },
    ],
    ['Next.js', async (handler) => (to, init) => withNext(readFirst(handler)).POST(new Request(to, init))],
  ])('and dropped it, the application is told what to change, and the client to try again: %s', async (_, mount) => {
    const { handler, errors, isSubscribed } = await setUp();
    const ask = await mount(handler);
    const answer = await ask(links.unsubscribe, oneClick());
    expect(answer.status).toBe(503);
    expect(await isSubscribed()).toBe(true);
    expect(errors).toEqual([
      expect.objectContaining({
        kind: 'configuration',
        code: 'body_consumed',
        message: expect.stringContaining('Mount the handler before body parsers such as `express.urlencoded()`'),
      }),
    ]);
  });
});
