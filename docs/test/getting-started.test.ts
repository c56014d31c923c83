import { startSandbox } from '@sitemessage/sandbox';
import { describe, expect, it, onTestFinished } from 'vitest';
import { refuseBob } from '../examples/getting-started/refusal.ts';
import { read } from './files.ts';
import { newFolder, stop } from './run.ts';

describe('getting started', () => {
  it('prints what the page says', async () => {
    const { run } = await newFolder();
    const [, printed = ''] = /```text\n([\s\S]*?)```/.exec(read('docs/getting-started.md')) ?? [];
    // Mail and Telegram go out side by side.
    const sorted = (text: string): string[] => text.trim().split('\n').sort();
    expect(sorted(await run('getting-started/try-out.ts'))).toEqual(sorted(printed));
  });

  it('shows how somebody is refused', async () => {
    await using sandbox = await startSandbox({ protocols: ['smtp'] });
    expect(() => refuseBob(sandbox)).not.toThrow();
  });

  it('schedules once, and sends through a mail server', async () => {
    const sandbox = await startSandbox({ protocols: ['smtp', 'telegram'] });
    onTestFinished(() => sandbox.close());
    const { run, start } = await newFolder(sandbox.smtp.options.ca);
    const variables = {
      SMTP_URL: sandbox.smtp.url,
      SMTP_FROM: 'Shop <shop@example.com>',
      TELEGRAM_TOKEN: sandbox.telegram.options.token,
      MY_EMAIL: 'you@example.com',
      MY_CHAT: '12345678',
    };
    expect(await run('getting-started/order.ts', variables)).toContain('2 stored');
    expect(await run('getting-started/order.ts', variables)).toContain('0 stored');

    const worker = start('getting-started/worker.ts', variables);
    const mail = await sandbox.inbox.waitFor(({ address }) => address === 'you@example.com');
    expect(mail).toMatchObject({ subject: 'Order 7' });
    const end = await stop(worker);
    // Windows has no SIGTERM: it ends the process at once, and there is nothing to finish.
    if (process.platform !== 'win32') expect(end).toEqual([0, null]);
  });
});
