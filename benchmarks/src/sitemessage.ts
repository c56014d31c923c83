import { createSitemessage, defineMessenger } from '@sitemessage/core';
import type { Storage } from '@sitemessage/core/storage';
import type { Candidate } from './compare.ts';
import { addressesUpTo } from './fixtures.ts';

const nothing = defineMessenger({
  alias: 'nothing',
  package: 'nothing',
  title: 'Nothing',
  getAddress: (address: string) => address,
  create: (_: object) => ({ concurrency: 50, send: async () => undefined }),
});

/** Schedules one message for all recipients, and drains it through a messenger that does nothing. */
export async function sitemessage(storage: Storage): Promise<Candidate> {
  const site = createSitemessage({ storage, messengers: [nothing({})] });
  await site.counts();
  return {
    async schedule(count) {
      await site.scheduleMessages('Hello', site.recipients('nothing', addressesUpTo(count)));
      await site.prepareDispatches();
    },
    drain: async () => (await site.sendScheduledMessages()).sent,
    close: () => site.close(),
  };
}
