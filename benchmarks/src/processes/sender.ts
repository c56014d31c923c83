/**
 * A process that sends. It tells its parent when it is ready. For `send` it sends all that is due, and for
 * `tell` it answers with the ids that it sent.
 */
import { createSitemessage } from '@sitemessage/core';
import { postgresStorage } from '@sitemessage/storage-postgres';
import { recordingMessenger } from '../fixtures.ts';

/** The options, as JSON in the first argument. */
export interface SenderOptions {
  readonly connectionString: string;
  readonly schema: string;
  readonly concurrency: number;
  /** The time that a send takes, in milliseconds. */
  readonly sendMs: number;
}

/** A message from the parent. Ids are told separately: transferring them takes a while. */
export type SenderRequest = 'send' | 'tell';

const options: SenderOptions = JSON.parse(process.argv[2] as string);
const { connectionString, schema } = options;
const sent: string[] = [];
const site = createSitemessage({
  storage: postgresStorage({ connectionString, schema }),
  messengers: [recordingMessenger(sent, options)({})],
});
await site.counts();
process.on('message', async (request: SenderRequest) => {
  if (request === 'send') {
    await site.sendScheduledMessages();
    process.send?.('sent');
  } else {
    await site.close();
    process.send?.(sent, () => process.disconnect());
  }
});
process.send?.('ready');
