import { defineMessageType } from '@sitemessage/core';
import Handlebars from 'handlebars';

interface Order {
  readonly id: number;
  readonly url: string;
  readonly items: readonly string[];
}

const template = Handlebars.compile<Order>(
  `<h1>Order {{id}}</h1>
<ul>{{#each items}}<li>{{this}}</li>{{/each}}</ul>
<p><a href="{{url}}">Track it</a></p>`,
  { strict: true },
);

export const orderShipped = defineMessageType<Order>({
  alias: 'order_shipped',
  title: 'Order shipped',
  render: {
    smtp: (order) => ({ subject: `Order ${order.id}`, html: template(order) }),
    default: ({ id, url }) => ({ text: `Order ${id} is on its way: ${url}` }),
  },
});
