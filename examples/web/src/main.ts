import { serve } from '@hono/node-server';
import { createSitemessage, defineMessageType, html } from '@sitemessage/core';
import { createLinks } from '@sitemessage/core/links';
import { smtp } from '@sitemessage/messenger-smtp';
import { sqliteStorage } from '@sitemessage/storage-sqlite';
import { createWebHandler } from '@sitemessage/web';

const news = defineMessageType<{ text: string }>({
  alias: 'news',
  title: 'News of the shop',
  render: {
    smtp: ({ text }, { links }) => ({
      subject: 'News',
      html: html`<p>${text}</p><p><a href="${links.preferences}">What you get</a> <a href="${links.unsubscribe}">Unsubscribe</a></p>`,
    }),
  },
});

const secret = process.env.LINK_SECRET ?? '';
const site = createSitemessage({
  storage: sqliteStorage({ path: 'messages.db' }),
  messengers: [smtp({ url: process.env.SMTP_URL ?? 'smtp://localhost:587', from: 'shop@example.com' })],
  messageTypes: [news],
  links: createLinks({ url: 'https://shop.example/messages', secret }),
});
const handler = createWebHandler(site, { basePath: '/messages', secret });
serve({ fetch: handler, port: Number(process.env.PORT ?? 3000) }, ({ port }) => console.log(`Links are answered at port ${port}`));
