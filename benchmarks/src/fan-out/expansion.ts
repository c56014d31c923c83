/**
 * A process that schedules a message for all subscribers, expands it, and reports times and memory to its
 * parent.
 */
import { createSitemessage, subscribers } from '@sitemessage/core';
import type { Storage } from '@sitemessage/core/storage';
import { postgresStorage } from '@sitemessage/storage-postgres';
import { recordingMessenger } from '../fixtures.ts';
import { news, type ProcessOptions, type User, userOf } from './subscribers.ts';

/** The report to the parent. */
export interface Expanded {
  readonly scheduleMs: number;
  /** The number of stored rows before the expansion. */
  readonly rowsScheduled: number;
  readonly dispatches: number;
  /** Dispatches a second. */
  readonly rate: number;
  /** The resident memory at some points of the expansion. */
  readonly memory: readonly Memory[];
  readonly heapPeakMegabytes: number;
  readonly peakMegabytes: number;
}

interface Memory {
  readonly percent: number;
  readonly megabytes: number;
}

const { connectionString, schema, count } = JSON.parse(process.argv[2] as string) as ProcessOptions;
const percents = [10, 50, 100];

const inMegabytes = (bytes: number): number => bytes / 2 ** 20;
const memory: Memory[] = [];
let heapPeak = 0;

/** Wraps a storage and reads the memory after every group of dispatches that it stores. */
function watched(storage: Storage): Storage {
  let stored = 0;
  return {
    ...storage,
    queue: {
      ...storage.queue,
      async settle(token, settlements, now) {
        const applied = await storage.queue.settle(token, settlements, now);
        for (const settlement of settlements) if (settlement.status === 'expanded') stored += settlement.dispatches.length;
        const { heapUsed, rss } = process.memoryUsage();
        heapPeak = Math.max(heapPeak, heapUsed);
        for (const percent of percents.slice(memory.length)) {
          if (stored >= (percent / 100) * count) memory.push({ percent, megabytes: inMegabytes(rss) });
        }
        return applied;
      },
    },
  };
}

const site = createSitemessage({
  storage: watched(postgresStorage({ connectionString, schema })),
  messengers: [recordingMessenger([], { concurrency: 1, sendMs: 0 })({})],
  messageTypes: [news],
  addressOf: (user: User) => user.address,
  userId: (user: User) => user.id,
  resolveUsers: (ids) => ids.map(userOf),
});
const total = async (): Promise<number> => (await site.counts()).reduce((sum, { count }) => sum + count, 0);

await site.counts();
const start = performance.now();
await site.scheduleMessages(news({}), subscribers);
const scheduleMs = performance.now() - start;
const rowsScheduled = await total();
const expanding = performance.now();
await site.prepareDispatches();
const seconds = (performance.now() - expanding) / 1_000;
const report: Expanded = {
  scheduleMs,
  rowsScheduled,
  dispatches: await total(),
  rate: Math.round(count / seconds),
  memory,
  heapPeakMegabytes: inMegabytes(heapPeak),
  peakMegabytes: process.resourceUsage().maxRSS / 1_024,
};
await site.close();
process.send?.(report, () => process.disconnect());
