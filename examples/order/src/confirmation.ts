import { defineMessageType } from '@sitemessage/core';

export interface Order {
  readonly email: string;
  readonly item: string;
}

export const confirmation = defineMessageType<{ item: string }>({
  alias: 'order_confirmation',
  title: 'Order confirmation',
  render: {
    default: ({ item }) => ({
      subject: 'Thank you',
      text: `Your order of ${item} is in.`,
    }),
  },
});
