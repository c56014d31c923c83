import { setTimeout as sleep } from 'node:timers/promises';
import { defineMessenger, type MessengerFactory } from '@sitemessage/core';
import type { Orders } from './orders.ts';

/** Goes nowhere, and remembers what it was given. */
export function rememberingMessenger(
  sent: string[],
  { concurrency, sendMs }: Pick<Orders, 'concurrency' | 'sendMs'>,
): MessengerFactory<'post', object> {
  return defineMessenger<'post', object>({
    alias: 'post',
    package: 'post',
    title: 'Post',
    getAddress: (address) => address,
    create: () => ({
      concurrency,
      async send({ id }) {
        if (sendMs > 0) await sleep(sendMs);
        sent.push(id);
      },
    }),
  });
}
