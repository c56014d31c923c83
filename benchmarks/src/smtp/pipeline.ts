import { createSitemessage, defineMessageType } from '@sitemessage/core';
import type { Storage } from '@sitemessage/core/storage';
import { smtp } from '@sitemessage/messenger-smtp';
import { type Measured, measure } from '../measure.ts';
import { addressOf, from, mails, subject, textFor } from './mail.ts';

const shipped = defineMessageType<{ subject: string }>({
  alias: 'shipped',
  title: 'Shipped',
  render: { default: (context, { recipient }) => ({ subject: context.subject, text: textFor(recipient.address) }) },
});

/** Our side: scheduled into a storage, claimed from it, rendered, sent, and every result stored. */
export async function sendThroughPipeline(storage: Storage, port: number, connections: number): Promise<Measured> {
  const site = createSitemessage({
    storage,
    messengers: [smtp({ host: '127.0.0.1', port, tls: 'none', from, connections })],
    messageTypes: [shipped],
  });
  try {
    await site.counts();
    return await measure(async () => {
      const people = Array.from({ length: mails }, (_, index) => addressOf(index));
      await site.scheduleMessages(shipped({ subject }), site.recipients('smtp', people));
      const { sent } = await site.sendScheduledMessages();
      if (sent !== mails) throw new Error(`${sent} of ${mails} were sent.`);
    });
  } finally {
    await site.close();
  }
}
