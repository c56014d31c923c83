import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLinks } from '@sitemessage/core/links';
import { expect, it, onTestFinished } from 'vitest';

it('answers the links of its messages', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-web-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const secret = 'only-for-trying-it-out-0123456789';
  const env = { ...process.env, LINK_SECRET: secret, PORT: '0' };
  const server = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    server.kill();
    await once(server, 'exit');
  });
  const [greeting] = await once(server.stdout, 'data');
  const url = `http://127.0.0.1:${/\d+/.exec(String(greeting))?.[0]}/messages`;
  const links = createLinks({ url, secret })({
    id: '1',
    messageId: '1',
    type: 'news',
    messenger: 'smtp',
    address: 'ann@example.com',
    attempt: 1,
  });
  const question = await fetch(links.unsubscribe);
  expect(question.status).toBe(200);
  expect(await question.text()).toContain('<bdi>News of the shop</bdi>');
  expect((await fetch(`${links.unsubscribe}A`)).status).toBe(404);
});
