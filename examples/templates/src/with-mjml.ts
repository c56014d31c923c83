import { defineMessageType } from '@sitemessage/core';
import Handlebars from 'handlebars';
import { Engine } from 'mrml';

const markup = `<mjml>
  <mj-head>
    <mj-attributes>
      <mj-all font-family="Helvetica, Arial, sans-serif" />
    </mj-attributes>
  </mj-head>
  <mj-body>
    <mj-section>
      <mj-column>
        <mj-text>Order {{id}} is on its way.</mj-text>
        <mj-button href="{{url}}">Track it</mj-button>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>`;

/** Turns MJML into HTML. Handlebars fills its holes for each recipient. */
function compile<Context>(mjml: string): Handlebars.TemplateDelegate<Context> {
  const output = new Engine().toHtml(mjml);
  if (output.type === 'error') throw new Error(output.message);
  return Handlebars.compile<Context>(output.content, { strict: true });
}

const template = compile<{ id: number; url: string }>(markup);

export const orderShipped = defineMessageType<{ id: number; url: string }>({
  alias: 'order_shipped',
  title: 'Order shipped',
  render: {
    smtp: (order) => ({ subject: `Order ${order.id}`, html: template(order) }),
  },
});
