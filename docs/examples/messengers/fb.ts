import { createSitemessage } from '@sitemessage/core';
import { fb } from '@sitemessage/messenger-fb';
import { sqliteStorage } from '@sitemessage/storage-sqlite';

const site = createSitemessage({
  storage: sqliteStorage({ path: 'messages.db' }),
  messengers: [
    fb({
      pageId: '61550000000001',
      pageAccessToken: process.env.FB_PAGE_TOKEN ?? '',
    }),
  ],
});

await site.scheduleMessages(
  'We are open on Sunday.',
  site.recipients('fb', ''),
);
await site.sendScheduledMessages();
await site.close();
