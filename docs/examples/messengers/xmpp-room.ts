import { defineMessageType } from '@sitemessage/core';
import '@sitemessage/messenger-xmpp'; // brings the types

export const alert = defineMessageType<{ host: string }>({
  alias: 'alert',
  title: 'Alert',
  render: {
    xmpp: ({ host }) => ({
      text: `${host} does not answer.`,
      xmpp: { type: 'groupchat' },
    }),
  },
});
