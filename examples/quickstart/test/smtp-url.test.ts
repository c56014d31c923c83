import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '@sitemessage/sandbox';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runDemo } from './run-demo.ts';

const start = () => startSandbox({ protocols: ['smtp'] });

let output: string;
let sandbox: Awaited<ReturnType<typeof start>>;
beforeEach(async () => {
  output = await mkdtemp(join(tmpdir(), 'sitemessage-'));
  sandbox = await start();
});
afterEach(async () => {
  await sandbox.close();
  await rm(output, { recursive: true });
});

test('a server with a login gets mail over TLS, only for the addresses in SMTP_TO', async () => {
  const ca = join(output, 'ca.pem');
  await writeFile(ca, sandbox.smtp.options.ca);

  const { code, stdout } = await runDemo(output, {
    SMTP_URL: sandbox.smtp.url,
    SMTP_TO: 'me@example.com, you@example.org',
    NODE_EXTRA_CA_CERTS: ca,
  });

  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/Scheduled +4 mails/) });
  expect(
    sandbox.inbox
      .all()
      .map(({ address }) => address)
      .sort(),
  ).toEqual(['me@example.com', 'me@example.com', 'you@example.org', 'you@example.org']);
  expect(sandbox.smtp.logins().every(({ secure }) => secure)).toBe(true);
});

test.each([
  [{ SMTP_URL: 'smtp://mail.example.com:587' }, 'SMTP_TO'],
  [{ SMTP_URL: 'mail server' }, 'SMTP_URL'],
])('with %o it does not start, and says what to set', async (env, name) => {
  const { code, stdout, stderr } = await runDemo(output, env);

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(name);
});
