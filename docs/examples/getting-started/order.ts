import { orderShipped } from './messages.ts';
import { site } from './site.ts';

const { MY_EMAIL: email = '', MY_CHAT: chat = '' } = process.env;

const [scheduled] = await site.scheduleMessages(
  orderShipped({ id: 7, url: 'https://shop.example.com/7' }),
  [site.recipients('smtp', email), site.recipients('telegram', Number(chat))],
  { key: 'order-7-shipped' },
);
console.log(`${scheduled?.dispatches} stored`);
await site.close();
