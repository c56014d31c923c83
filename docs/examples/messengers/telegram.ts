import { createSitemessage } from '@sitemessage/core';
import { telegram } from '@sitemessage/messenger-telegram';
import { sqliteStorage } from '@sitemessage/storage-sqlite';

const site = createSitemessage({
  storage: sqliteStorage({ path: 'messages.db' }),
  messengers: [telegram({ token: process.env.TELEGRAM_TOKEN ?? '' })],
});

await site.scheduleMessages(
  'Hi there!',
  site.recipients('telegram', ['12345678', '@mychannel']),
);
await site.sendScheduledMessages();
await site.close();
