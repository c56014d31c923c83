import { createSitemessage } from '@sitemessage/core';
import { twitter } from '@sitemessage/messenger-twitter';
import { sqliteStorage } from '@sitemessage/storage-sqlite';

const site = createSitemessage({
  storage: sqliteStorage({ path: 'messages.db' }),
  messengers: [
    twitter({
      appKey: process.env.X_APP_KEY ?? '',
      appSecret: process.env.X_APP_SECRET ?? '',
      accessToken: process.env.X_ACCESS_TOKEN ?? '',
      accessSecret: process.env.X_ACCESS_SECRET ?? '',
    }),
  ],
});

await site.scheduleMessages(
  'We are open on Sunday.',
  site.recipients('twitter', ''),
);
await site.sendScheduledMessages();
await site.close();
