/** One process of many that send: says when it is ready, sends all that is due when it is asked to, and then says what it sent. */
import { createSitemessage } from '@sitemessage/core';
import { postgresStorage } from '@sitemessage/storage-postgres';
import { rememberingMessenger } from './messenger.ts';
import type { Orders, Question } from './orders.ts';

const orders: Orders = JSON.parse(process.argv[2] as string);
const { connectionString, schema } = orders;
const sent: string[] = [];
const site = createSitemessage({
  storage: postgresStorage({ connectionString, schema }),
  messengers: [rememberingMessenger(sent, orders)({})],
});
await site.counts();
process.on('message', async (question: Question) => {
  if (question === 'send') {
    await site.sendScheduledMessages();
    process.send?.('sent');
  } else {
    await site.close();
    process.send?.(sent, () => process.disconnect());
  }
});
process.send?.('ready');
