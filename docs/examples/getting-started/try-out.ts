import { createSitemessage } from '@sitemessage/core';
import { smtp } from '@sitemessage/messenger-smtp';
import { telegram } from '@sitemessage/messenger-telegram';
import { startSandbox } from '@sitemessage/sandbox';
import { sqliteStorage } from '@sitemessage/storage-sqlite';
import { orderShipped } from './messages.ts';

const sandbox = await startSandbox({ protocols: ['smtp', 'telegram'] });
const site = createSitemessage({
  storage: sqliteStorage({ path: 'try-out.db' }),
  messengers: [smtp(sandbox.smtp.options), telegram(sandbox.telegram.options)],
  messageTypes: [orderShipped],
});

await site.scheduleMessages(
  orderShipped({ id: 7, url: 'https://shop.example.com/7' }),
  [
    site.recipients('smtp', ['ann@example.com', 'bob@example.org']),
    site.recipients('telegram', 12345678),
  ],
);
const { sent, failed } = await site.sendScheduledMessages();
console.log(`${sent} sent, ${failed} failed`);
for (const { protocol, address, text } of sandbox.inbox)
  console.log(`${protocol}, ${address}: ${text}`);

await site.close();
await sandbox.close();
