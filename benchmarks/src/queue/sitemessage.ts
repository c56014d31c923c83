import { createSitemessage, defineMessenger } from '@sitemessage/core';
import type { Storage } from '@sitemessage/core/storage';
import type { Contestant } from '../contest.ts';
import { addressesUpTo } from './addresses.ts';

const nothing = defineMessenger({
  alias: 'nothing',
  package: 'nothing',
  title: 'Nothing',
  getAddress: (address: string) => address,
  create: (_: object) => ({ concurrency: 50, send: async () => undefined }),
});

/** One message for everybody, through a messenger that does nothing. */
export async function sitemessage(storage: Storage): Promise<Contestant> {
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
