import { defineMessageType, html } from '@sitemessage/core';

export const orderShipped = defineMessageType<{ id: number; url: string }>({
  alias: 'order_shipped',
  title: 'Order shipped',
  render: {
    smtp: ({ id, url }) => ({
      subject: `Order ${id}`,
      html: html`<p>Order ${id} is sent. <a href="${url}">Track it</a>.</p>`,
    }),
    telegram: ({ id, url }) => ({
      text: `Order ${id} is on its way.`,
      telegram: { buttons: [[{ text: 'Track it', url }]] },
    }),
  },
});
