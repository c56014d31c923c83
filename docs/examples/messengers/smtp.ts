import { createSitemessage, emailHtml, html } from '@sitemessage/core';
import { smtp } from '@sitemessage/messenger-smtp';
import { sqliteStorage } from '@sitemessage/storage-sqlite';

const site = createSitemessage({
  storage: sqliteStorage({ path: 'messages.db' }),
  messengers: [
    smtp({
      url: process.env.SMTP_URL ?? 'smtp://localhost:587',
      from: 'The shop <shop@example.com>',
    }),
  ],
});

await site.scheduleMessages(
  emailHtml({ subject: 'Welcome', html: html`<p>Hello</p>` }),
  site.recipients('smtp', 'ann@example.com'),
);
await site.sendScheduledMessages();
await site.close();
