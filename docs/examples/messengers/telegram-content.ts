import { defineMessageType, html } from '@sitemessage/core';
import '@sitemessage/messenger-telegram'; // brings the types

export const shipped = defineMessageType<{
  order: number;
  name: string;
  url: string;
}>({
  alias: 'shipped',
  title: 'Order shipped',
  render: {
    telegram: ({ order, name, url }) => ({
      html: html`<b>Order ${order}</b>\nDear ${name}, it is on its way.`,
      telegram: { buttons: [[{ text: 'Track it', url }]], silent: true },
    }),
  },
});
