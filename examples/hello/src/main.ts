import { createSitemessage, defineMessageType } from '@sitemessage/core';
import { smtp } from '@sitemessage/messenger-smtp';
import { sqliteStorage } from '@sitemessage/storage-sqlite';

const orderShipped = defineMessageType<{ id: number }>({
  alias: 'order_shipped',
  title: 'Order shipped',
  render: {
    default: ({ id }) => ({
      subject: `Order ${id}`,
      text: `Order ${id} is on its way.`,
    }),
  },
});
const storage = sqliteStorage({ path: 'messages.db' });
const messengers = [
  smtp({
    url: process.env.SMTP_URL ?? 'smtp://localhost:587',
    from: 'shop@example.com',
  }),
];
const site = createSitemessage({
  storage,
  messengers,
  messageTypes: [orderShipped],
});

await site.scheduleMessages(
  orderShipped({ id: 7 }),
  site.recipients('smtp', ['ann@example.com', 'bob@example.org']),
  { key: 'order-7' },
);
console.log(await site.sendScheduledMessages());
await site.close();
