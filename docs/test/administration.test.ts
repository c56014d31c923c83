import { once } from 'node:events';
import { createServer } from 'node:net';
import { createSitemessage, defineMessenger, PermanentError } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { expect, it, onTestFinished } from 'vitest';
import { createAdministration } from '../examples/administration/page.ts';
import { newFolder, stop } from './run.ts';

const origin = 'http://127.0.0.1:8081';

async function withFailedDispatch() {
  const mail = defineMessenger({
    alias: 'mail',
    package: 'docs',
    title: 'Mail',
    getAddress: (given: string) => given,
    create: () => ({
      async send() {
        throw new PermanentError('no such <user>');
      },
    }),
  });
  const site = createSitemessage({ storage: memoryStorage(), messengers: [mail()] });
  onTestFinished(() => site.close());
  await site.scheduleMessages('Hello', site.recipients('mail', '<ann>@example.com'));
  await site.sendScheduledMessages();
  const [dispatch] = await Array.fromAsync(site.list());
  const handler = createAdministration(site, (request) => !request.headers.has('x-stranger'));
  const get = async (path: string, headers = {}) => handler(new Request(origin + path, { headers }));
  const post = async (path: string, from: string) =>
    handler(new Request(origin + path, { method: 'POST', headers: { 'sec-fetch-site': from } }));
  return { site, id: dispatch?.id ?? '', get, post };
}

it('shows what failed, escaped', async () => {
  const { id, get } = await withFailedDispatch();
  const overview = await (await get('/')).text();
  expect(overview).toContain(`<a href="/dispatches/${id}">mail: &lt;ann&gt;@example.com</a>`);
  expect(overview).toContain('<td>failed<td>1');
  const details = await (await get(`/dispatches/${id}`)).text();
  expect(details).toContain('no such &lt;user&gt;');
  expect(details).toContain('>requeue</button>');
  expect((await get('/dispatches/none')).status).toBe(404);
});

it('requeues and cancels', async () => {
  const { site, id, post } = await withFailedDispatch();
  const response = await post(`/dispatches/${id}/requeue`, 'same-origin');
  expect([response.status, response.headers.get('location')]).toEqual([303, `/dispatches/${id}`]);
  expect(await site.find(id)).toMatchObject({ status: 'pending' });
  await post(`/dispatches/${id}/cancel`, 'same-origin');
  expect(await site.find(id)).toMatchObject({ status: 'skipped', reason: 'cancelled' });
});

it('refuses strangers, and the forms of other web sites', async () => {
  const { site, id, get, post } = await withFailedDispatch();
  expect((await get('/', { 'x-stranger': '1' })).status).toBe(403);
  expect((await post(`/dispatches/${id}/requeue`, 'cross-site')).status).toBe(403);
  expect(await site.find(id)).toMatchObject({ status: 'failed' });
});

it('runs as a program', async () => {
  const { start } = await newFolder();
  const port = await freePort();
  const child = start('administration/main.ts', { PORT: String(port) });
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  expect((await fetch(`http://localhost:${port}/`).catch(() => ({ status: 403 }))).status).toBe(403);
  await stop(child);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
