import { createSitemessage } from '@sitemessage/core';
import { smtp } from '@sitemessage/messenger-smtp';
import { sqliteStorage } from '@sitemessage/storage-sqlite';

/** The orders of a child, as JSON in its first argument. */
export interface SenderOrders {
  readonly path: string;
  readonly options: Parameters<typeof smtp>[0];
  /** How far its clock is ahead, in milliseconds. The leases of killed senders are then over at once. */
  readonly aheadMs: number;
}

const { path, options, aheadMs }: SenderOrders = JSON.parse(process.argv[2] as string);
const storage = { ...sqliteStorage({ path }), clock: async () => Date.now() + aheadMs };
const site = createSitemessage({ storage, messengers: [smtp(options)] });
await site.sendScheduledMessages();
await site.close();
