import { createSitemessage } from '@sitemessage/core';
import { smtp } from '@sitemessage/messenger-smtp';
import { sqliteStorage } from '@sitemessage/storage-sqlite';

/** What a child is told, as JSON in its first argument. */
export interface SenderOrders {
  readonly path: string;
  readonly options: Parameters<typeof smtp>[0];
  /** So far ahead is its clock: leases of those that were killed are over for it, without waiting a minute. */
  readonly aheadMs: number;
}

const { path, options, aheadMs }: SenderOrders = JSON.parse(process.argv[2] as string);
const storage = { ...sqliteStorage({ path }), clock: async () => Date.now() + aheadMs };
const site = createSitemessage({ storage, messengers: [smtp(options)] });
await site.sendScheduledMessages();
await site.close();
