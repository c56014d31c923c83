import { createSitemessage } from '@sitemessage/core';
import { vk } from '@sitemessage/messenger-vk';
import { sqliteStorage } from '@sitemessage/storage-sqlite';

const site = createSitemessage({
  storage: sqliteStorage({ path: 'messages.db' }),
  messengers: [
    vk({ accessToken: process.env.VK_TOKEN ?? '', requestsPerSecond: 20 }),
  ], // 20 for a community's token
});

await site.scheduleMessages(
  'Your order is on its way.',
  site.recipients('vk', { peer: 12345 }),
);
await site.sendScheduledMessages();
await site.close();
