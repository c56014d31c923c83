import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startSandbox } from '@sitemessage/sandbox';
import { expect, it } from 'vitest';

it('sends two people one mail each, also when it runs twice', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-hello-'));
  const sandbox = await startSandbox({ protocols: ['smtp'] });
  try {
    const ca = join(folder, 'ca.pem');
    await writeFile(ca, sandbox.smtp.options.ca);
    const env = { ...process.env, SMTP_URL: sandbox.smtp.url, NODE_EXTRA_CA_CERTS: ca };
    const run = () => promisify(execFile)(process.execPath, [join(import.meta.dirname, '../src/main.ts')], { cwd: folder, env });

    expect((await run()).stdout).toContain('sent: 2');
    expect((await run()).stdout).toContain('sent: 0');
    for (const address of ['ann@example.com', 'bob@example.org']) {
      expect(sandbox.inbox.to(address)).toMatchObject([{ subject: 'Order 7', text: 'Order 7 is on its way.' }]);
    }
    expect(sandbox.inbox.all()).toHaveLength(2);
  } finally {
    await sandbox.close();
    await rm(folder, { recursive: true });
  }
});
