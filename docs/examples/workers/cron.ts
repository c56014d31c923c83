import { createSitemessage } from '@sitemessage/core';
import { smtp } from '@sitemessage/messenger-smtp';
import { sqliteStorage } from '@sitemessage/storage-sqlite';

const site = createSitemessage({
  storage: sqliteStorage({ path: 'messages.db' }),
  messengers: [
    smtp({
      url: process.env.SMTP_URL ?? 'smtp://localhost:587',
      from: 'shop@example.com',
    }),
  ],
});
const { sent, error, failed, paused } = await site.sendScheduledMessages({
  signal: AbortSignal.timeout(50_000),
});
console.log(JSON.stringify({ sent, error, failed, paused }));
await site.checkUndelivered({
  withinMs: 60_000,
  notify: (count) => console.error(`${count} failed in the last minute`),
});
await site.cleanupSentMessages({ olderThan: 30 * 24 * 60 * 60 * 1_000 });
await site.close();
if (Object.keys(paused).length > 0) process.exitCode = 1;
