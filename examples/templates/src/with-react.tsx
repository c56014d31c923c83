import { Body, Button, Html, render, Text } from '@react-email/components';
import { defineMessageType } from '@sitemessage/core';

interface Order {
  readonly id: number;
  readonly url: string;
}

function Shipped({ id, url }: Order) {
  return (
    <Html lang="en">
      <Body>
        <Text>Order {id} is on its way.</Text>
        <Button href={url}>Track it</Button>
      </Body>
    </Html>
  );
}

export const orderShipped = defineMessageType<Order>({
  alias: 'order_shipped',
  title: 'Order shipped',
  render: {
    smtp: async (order) => ({
      subject: `Order ${order.id}`,
      html: await render(<Shipped {...order} />),
    }),
  },
});
