import { createSitemessage } from '@sitemessage/core';
import { smtp } from '@sitemessage/messenger-smtp';
import { telegram } from '@sitemessage/messenger-telegram';
import { sqliteStorage } from '@sitemessage/storage-sqlite';
import { orderShipped } from './messages.ts';

const {
  SMTP_URL: url = '',
  SMTP_FROM: from = '',
  TELEGRAM_TOKEN: token = '',
} = process.env;

export const site = createSitemessage({
  storage: sqliteStorage({ path: 'messages.db' }),
  messengers: [smtp({ url, from }), telegram({ token })],
  messageTypes: [orderShipped],
});
