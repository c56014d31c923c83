import { createSitemessage, defineMessageType } from '@sitemessage/core';
import type { Storage } from '@sitemessage/core/storage';
import { smtp } from '@sitemessage/messenger-smtp';
import { createTransport } from 'nodemailer';
import { addressesUpTo, addressOf } from '../fixtures.ts';
import { type Measured, measure } from '../measure.ts';

/** Both senders send the same mails: a greeting of some lines, different for each recipient. */
export const mails = 10_000;
const from = 'Shop <shop@example.com>';
const subject = 'Your order is on its way';
const paragraph = 'The parcel has left our store in Springfield and will reach you within three days; you need not be at home.';
const textFor = (address: string): string =>
  `Hello ${address},\n\n${Array.from({ length: 8 }, () => paragraph).join('\n')}\n\nYours, the shop\n`;

const shipped = defineMessageType<{ subject: string }>({
  alias: 'shipped',
  title: 'Shipped',
  render: { default: (context, { recipient }) => ({ subject: context.subject, text: textFor(recipient.address) }) },
});

/** Schedules the mails into a storage, claims, renders and sends them, and stores every result. */
export async function sendThroughPipeline(storage: Storage, port: number, connections: number): Promise<Measured> {
  const site = createSitemessage({
    storage,
    messengers: [smtp({ host: '127.0.0.1', port, tls: 'none', from, connections })],
    messageTypes: [shipped],
  });
  try {
    await site.counts();
    return await measure(async () => {
      await site.scheduleMessages(shipped({ subject }), site.recipients('smtp', [...addressesUpTo(mails)]));
      const { sent } = await site.sendScheduledMessages();
      if (sent !== mails) throw new Error(`${sent} of ${mails} were sent.`);
    });
  } finally {
    await site.close();
  }
}

/** Sends the mails through nodemailer's pool, which gets all of them at once: its fastest way. */
export async function sendThroughPool(port: number, connections: number): Promise<Measured> {
  const transport = createTransport({
    host: '127.0.0.1',
    port,
    ignoreTLS: true,
    pool: true,
    maxConnections: connections,
    maxMessages: Number.POSITIVE_INFINITY,
  });
  return measure(async () => {
    const sending = Array.from({ length: mails }, (_, index) => {
      const to = addressOf(index);
      return transport.sendMail({
        from,
        to,
        subject,
        text: textFor(to),
        messageId: `<${index}@example.com>`,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
    });
    await Promise.all(sending);
    transport.close();
  });
}
