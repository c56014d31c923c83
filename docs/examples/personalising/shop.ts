import { createSitemessage, defineMessageType } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { smtp } from '@sitemessage/messenger-smtp';

// #region site
interface User {
  readonly id: number;
  readonly email: string;
  readonly name: string;
}

const users = new Map<string, User>([
  ['1', { id: 1, email: 'ann@example.com', name: 'Ann' }],
  ['2', { id: 2, email: 'bob@example.org', name: 'Bob' }],
]);

const news = defineMessageType<{ headline: string }>({
  alias: 'news',
  title: 'News of the shop',
  render: {
    smtp({ headline }, { recipient }) {
      const user = users.get(recipient.id ?? '');
      const greeting = user ? `Dear ${user.name},` : 'Hello,';
      return { subject: headline, text: `${greeting}\n\n${headline}.` };
    },
  },
});
// #endregion site

// #region type
const orderShipped = defineMessageType<{ id: number; name: string }>({
  alias: 'order_shipped',
  title: 'Order shipped',
  render: {
    smtp: ({ id, name }) => ({
      subject: `Order ${id}`,
      text: `Dear ${name}, order ${id} is on its way.`,
    }),
  },
});
// #endregion type

const url = process.env.SMTP_URL ?? 'smtp://localhost:587';

// #region send
const site = createSitemessage({
  storage: memoryStorage(),
  messengers: [smtp({ url, from: 'shop@example.com' })],
  messageTypes: [news, orderShipped],
  addressOf: (user: User) => user.email,
  userId: (user) => user.id,
});

const everybody = site.recipients('smtp', [
  ...users.values(),
  'carl@example.com',
]);
await site.scheduleMessages(news({ headline: 'Kettles are back' }), everybody);
// #endregion send

// #region loop
for (const [id, user] of [...users.values()].entries()) {
  const message = orderShipped({ id, name: user.name });
  const key = `order-${id}-shipped`;
  await site.scheduleMessages(message, site.recipients('smtp', user), { key });
}
// #endregion loop

console.log(await site.sendScheduledMessages());
await site.close();
