import { createSitemessage } from '@sitemessage/core';
import { smtp } from '@sitemessage/messenger-smtp';
import { postgresStorage } from '@sitemessage/storage-postgres';

const {
  DATABASE_URL: connectionString = 'postgres://localhost/shop',
  SMTP_URL: url = 'smtp://localhost:587',
} = process.env;

const site = createSitemessage({
  storage: postgresStorage({ connectionString, connections: 2 }),
  messengers: [smtp({ url, from: 'shop@example.com' })],
});

/** A timer of the platform calls it. It ends before the platform stops it. */
export async function handler(): Promise<{ sent: number; failed: number }> {
  const { sent, failed } = await site.sendScheduledMessages({
    signal: AbortSignal.timeout(20_000),
  });
  return { sent, failed };
}
