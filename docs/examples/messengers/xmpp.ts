import { createSitemessage } from '@sitemessage/core';
import { xmpp } from '@sitemessage/messenger-xmpp';
import { sqliteStorage } from '@sitemessage/storage-sqlite';

const site = createSitemessage({
  storage: sqliteStorage({ path: 'messages.db' }),
  messengers: [
    xmpp({
      jid: 'shop@example.com',
      password: process.env.XMPP_PASSWORD ?? '',
      host: 'im.example.com',
    }),
  ],
});

await site.scheduleMessages(
  'Hi there!',
  site.recipients('xmpp', 'ann@example.org'),
);
await site.sendScheduledMessages();
await site.close();
