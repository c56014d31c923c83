import { createSitemessage } from '@sitemessage/core';
import { smtp } from '@sitemessage/messenger-smtp';
import { sqliteStorage } from '@sitemessage/storage-sqlite';

const mail = smtp({ url: process.env.SMTP_URL ?? '', from: 'hi@example.com' });
const storage = sqliteStorage({ path: 'shop.db' });
const site = createSitemessage({ storage, messengers: [mail] });
const ann = site.recipients('smtp', 'ann@example.com');

await site.scheduleMessages('Order 7 is on its way.', ann, { key: 'order-7' });
site.startWorker({ handleSignals: true });
