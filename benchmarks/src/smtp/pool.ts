import { createTransport } from 'nodemailer';
import { type Measured, measure } from '../measure.ts';
import { addressOf, from, mails, subject, textFor } from './mail.ts';

/** The peer: nodemailer's own pool, fed with everything at once, which is its quickest way. */
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
