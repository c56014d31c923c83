import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSitemessage } from '@sitemessage/core';
import { smtp } from '@sitemessage/messenger-smtp';
import { startSandbox } from '@sitemessage/sandbox';
import { sqliteStorage } from '@sitemessage/storage-sqlite';
import { expect, it, onTestFinished } from 'vitest';

it('sends messages of another process, reports its health, and ends after SIGTERM', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-service-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const sandbox = await startSandbox({ protocols: ['smtp'] });
  onTestFinished(() => sandbox.close());
  const ca = join(folder, 'ca.pem');
  await writeFile(ca, sandbox.smtp.options.ca);

  const env = { ...process.env, SMTP_URL: sandbox.smtp.url, NODE_EXTRA_CA_CERTS: ca, PORT: '0' };
  const service = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], { cwd: folder, env, stdio: 'pipe' });
  onTestFinished(() => void service.kill('SIGKILL'));
  const ended = once(service, 'exit');
  const [greeting] = await once(service.stdout, 'data');
  const health = `http://127.0.0.1:${/\d+/.exec(String(greeting))?.[0]}/`;

  const site = createSitemessage({
    storage: sqliteStorage({ path: join(folder, 'messages.db') }),
    messengers: [smtp({ url: sandbox.smtp.url, from: 'shop@example.com' })],
  });
  await site.scheduleMessages('Hi', site.recipients('smtp', 'ann@example.com'));
  await site.close();
  await sandbox.inbox.waitFor(1);

  const asked = async () => {
    const answer = await fetch(health);
    return { status: answer.status, health: await answer.json() };
  };
  await expect.poll(asked, { timeout: 10_000 }).toMatchObject({
    status: 200,
    health: {
      state: 'running',
      storage: { state: 'answering' },
      messengers: { smtp: { state: 'idle', inFlight: 0, lastSentAt: expect.any(Number) } },
    },
  });

  service.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
