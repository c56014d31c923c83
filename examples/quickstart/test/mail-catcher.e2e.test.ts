import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '@sitemessage/sandbox';
import { expect, onTestFinished, test } from 'vitest';
import { runDemo } from './run-demo.ts';

test('a mail catcher on this machine gets the mail of each person, and none twice', async () => {
  const output = await mkdtemp(join(tmpdir(), 'sitemessage-'));
  const sandbox = await startSandbox({ protocols: ['smtp'] });
  onTestFinished(async () => {
    await sandbox.close();
    await rm(output, { recursive: true });
  });
  const env = { SMTP_URL: `smtp://127.0.0.1:${sandbox.smtp.ports.plain}` };

  const first = await runDemo(output, env);
  const second = await runDemo(output, env);

  expect([first, second]).toMatchObject([
    { code: 0, stderr: '' },
    { code: 0, stderr: '' },
  ]);
  expect(sandbox.inbox.all()).toHaveLength(1_000);
  expect(new Set(sandbox.inbox.all().map(({ headers }) => headers['message-id'])).size).toBe(1_000);
});
