import { type Delivery, defineMessenger } from '@sitemessage/core';

/** A messenger without a network. It keeps what it was given to send. */
export function recorder(refuse?: (delivery: Delivery) => Error | undefined) {
  const deliveries: Delivery[] = [];
  const factory = defineMessenger({
    alias: 'smtp',
    package: 'tests',
    title: 'Recorder',
    getAddress: (given: string) => given,
    create: () => ({
      async send(delivery) {
        const error = refuse?.(delivery);
        if (error) throw error;
        deliveries.push(delivery);
        return {};
      },
    }),
  });
  return { mail: factory(), deliveries };
}
