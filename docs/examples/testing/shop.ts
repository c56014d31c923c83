import type { Messenger, Runtime } from '@sitemessage/core';
import { createSitemessage, defineMessageType } from '@sitemessage/core';
import type { Storage } from '@sitemessage/core/storage';

export interface Parts {
  readonly storage: Storage;
  readonly mail: Messenger<'smtp'>;
  /** The clock. Default: the machine's. */
  readonly runtime?: Runtime;
}

const orderShipped = defineMessageType<{ id: number }>({
  alias: 'order_shipped',
  title: 'Order shipped',
  render: { smtp: ({ id }) => ({ text: `Order ${id} is on its way.` }) },
});

/** The program passes PostgreSQL and a mail server. Tests pass other parts. */
export function createShop({ mail, ...parts }: Parts) {
  const messageTypes = [orderShipped];
  const site = createSitemessage({
    ...parts,
    messengers: [mail],
    messageTypes,
  });
  return {
    site,
    async ship(id: number, email: string): Promise<void> {
      const key = `order-${id}-shipped`;
      const recipients = site.recipients('smtp', email);
      await site.scheduleMessages(orderShipped({ id }), recipients, { key });
    },
  };
}
