import type { DispatchFilter, QueueStore } from '../../src/storage/port.ts';
import type { DispatchRecord, MessageRecord } from '../../src/storage/records.ts';
import { t0 } from '../../src/testing/storage/data.ts';
import { type Broken, queue } from './broken.ts';

/** Takes every filter for another one. */
const filtering = (change: (filter: DispatchFilter) => DispatchFilter): Broken['spoil'] =>
  queue((good) => ({
    list: (filter) => good.list(change(filter)),
    requeue: (filter, now) => good.requeue(change(filter), now),
    cancel: (filter, now) => good.cancel(change(filter), now),
  }));

const without = (key: keyof DispatchFilter) => (filter: DispatchFilter) => {
  const { [key]: _, ...rest } = filter;
  return rest;
};

/** The same sentence of `list`, `requeue` and `cancel`. */
const of = (...whats: readonly string[]): string[] =>
  whats.flatMap((what) => [
    `lists by id what matches a filter of ${what}`,
    `requeues what matches a filter of ${what}`,
    `cancels what matches a filter of ${what}`,
  ]);

/** What matches one part of the filter at least. */
async function* any(good: QueueStore, filter: DispatchFilter): AsyncGenerator<DispatchRecord> {
  const parts = Object.entries(filter).map(([key, value]) => ({ [key]: value }) as DispatchFilter);
  const seen = new Map<string, DispatchRecord>();
  for (const part of parts.length > 0 ? parts : [{}]) for await (const record of good.list(part)) seen.set(record.id, record);
  yield* [...seen.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

const matching = async (records: AsyncIterable<DispatchRecord>): Promise<string[]> => (await Array.fromAsync(records)).map(({ id }) => id);

const openQueues = 'names the queues of which something is open, each of them once, and no others';

export const brokenAtReading: readonly Broken[] = [
  {
    fault: 'names queues that are done as well',
    caughtBy: [openQueues],
    spoil: queue((good) => ({ openQueues: () => good.counts({ since: 0 }) })),
  },
  {
    fault: 'names a queue for each of its statuses',
    caughtBy: [openQueues],
    spoil: queue((good) => ({ openQueues: async () => [...(await good.openQueues()), ...(await good.openQueues())] })),
  },
  {
    fault: 'counts in the order in which things were stored',
    caughtBy: ['counts, and names open queues, in the order of messenger, type and status'],
    spoil: queue((good) => ({ counts: async (filter) => [...(await good.counts(filter))].reverse() })),
  },
  {
    fault: 'names open queues in an order of its own',
    caughtBy: ['counts, and names open queues, in the order of messenger, type and status'],
    spoil: queue((good) => ({ openQueues: async () => [...(await good.openQueues())].reverse() })),
  },
  {
    fault: 'names only the queues of which something is due',
    caughtBy: [openQueues],
    spoil: queue((good) => ({
      async openQueues() {
        const due = (await Array.fromAsync(good.list({}))).filter(({ dueAt = Number.POSITIVE_INFINITY }) => dueAt <= t0);
        return (await good.openQueues()).filter(({ messenger, type }) =>
          due.some((row) => row.messenger === messenger && row.type === type),
        );
      },
    })),
  },
  {
    fault: 'finds a dispatch without what went wrong',
    caughtBy: ['finds one dispatch with what went wrong in its attempts, and nothing under an id that is not there'],
    spoil: queue((good) => ({
      async find(id) {
        const found = await good.find(id);
        if (!found) return found;
        const { errors: _, ...rest } = found;
        return rest as never;
      },
    })),
  },
  {
    fault: 'takes a filter of nothing for one that nothing matches',
    caughtBy: of('nothing at all'),
    spoil: filtering((filter) => (Object.keys(filter).length === 0 ? { ids: [] } : filter)),
  },
  { fault: 'does not look at the ids of a filter', caughtBy: of('ids', 'ids and address'), spoil: filtering(without('ids')) },
  {
    fault: 'takes no ids for all ids',
    caughtBy: of('no id'),
    spoil: filtering((filter) => (filter.ids?.length === 0 ? without('ids')(filter) : filter)),
  },
  {
    fault: 'binds a variable to every id of a filter, of which its database takes 32,766',
    caughtBy: of('40,000 ids'),
    spoil: filtering((filter) => {
      if ((filter.ids?.length ?? 0) > 32_766) throw new Error('too many SQL variables');
      return filter;
    }),
  },
  {
    fault: 'does not look at the message of a filter',
    caughtBy: of('message', 'what contradicts itself'),
    spoil: filtering(without('messageId')),
  },
  {
    fault: 'does not look at the messenger of a filter',
    caughtBy: of('messenger', 'messenger and address'),
    spoil: filtering(without('messenger')),
  },
  { fault: 'does not look at the type of a filter', caughtBy: of('type'), spoil: filtering(without('type')) },
  { fault: 'does not look at the address of a filter', caughtBy: of('address', 'ids and address'), spoil: filtering(without('address')) },
  {
    fault: 'does not look at the status of a filter',
    caughtBy: [
      ...of('type, status and time', 'everything at once').filter((sentence) => !sentence.includes('everything')),
      'lists by id what matches a filter of status failed',
      'lists by id what matches a filter of status pending',
      'requeues what matches a filter of status failed',
      'requeues what matches a filter of status skipped',
      'cancels what matches a filter of status error',
      'cancels what matches a filter of status pending',
    ],
    spoil: filtering(without('status')),
  },
  {
    fault: 'does not look at the time of a filter',
    caughtBy: of('time of the last change', 'a later time of the last change'),
    spoil: filtering(without('since')),
  },
  {
    fault: 'does not look at the outcome of a filter',
    caughtBy: of('what was reported', 'what was reported of none'),
    spoil: filtering(without('outcome')),
  },
  {
    fault: 'leaves out what changed at the very time of a filter',
    caughtBy: of('time of the last change'),
    spoil: filtering((filter) => (filter.since === undefined ? filter : { ...filter, since: filter.since + 1 })),
  },
  {
    fault: 'takes what matches one part of a filter for a match',
    caughtBy: of('messenger and address', 'type, status and time', 'everything at once', 'what contradicts itself'),
    spoil: queue((good) => ({
      list: (filter) => any(good, filter),
      requeue: async (filter, now) => good.requeue({ ids: await matching(any(good, filter)) }, now),
      cancel: async (filter, now) => good.cancel({ ids: await matching(any(good, filter)) }, now),
    })),
  },
  {
    fault: 'lists the first 1,000 only',
    caughtBy: ['lists 2,600 dispatches by id, each of them once'],
    spoil: queue((good) => ({
      async *list(filter) {
        yield* (await Array.fromAsync(good.list(filter))).slice(0, 1_000);
      },
    })),
  },
  {
    fault: 'lists the last row of a page again on the next one',
    caughtBy: ['lists 2,600 dispatches by id, each of them once'],
    spoil: queue((good) => ({
      async *list(filter) {
        for (const [index, record] of (await Array.fromAsync(good.list(filter))).entries()) {
          yield record;
          if (index % 1_000 === 999) yield record;
        }
      },
    })),
  },
  {
    fault: 'lists by how long it knows a row',
    caughtBy: ['lists 2,600 dispatches by id, each of them once'],
    spoil: queue((good) => {
      const known: string[] = [];
      return {
        async enqueue(messages, given, now) {
          const array = Symbol.asyncIterator in given ? await Array.fromAsync(given) : given;
          known.push(...array.map(({ id }) => id));
          return good.enqueue(messages, array, now);
        },
        async *list(filter) {
          const places = new Map(known.map((id, place) => [id, place]));
          const records = await Array.fromAsync(good.list(filter));
          yield* records.sort((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0));
        },
      };
    }),
  },
  {
    fault: 'counts the rows that it has listed to find the next page',
    caughtBy: ['lists on while others write, and shows what they leave alone once, by id'],
    spoil: queue((good) => ({
      async *list(filter) {
        for (let offset = 0; ; offset += 500) {
          const page = (await Array.fromAsync(good.list(filter))).slice(offset, offset + 500);
          yield* page;
          if (page.length < 500) return;
        }
      },
    })),
  },
  {
    fault: 'holds a lock until a list was read to its end',
    caughtBy: ['lets go of everything when nobody wants to see the rest of a list'],
    spoil: queue((good) => {
      let unlocked: Promise<void> = Promise.resolve();
      return {
        async *list(filter) {
          const { promise, resolve } = Promise.withResolvers<void>();
          unlocked = promise;
          for await (const record of good.list(filter)) yield record;
          resolve();
        },
        claim: (request) => unlocked.then(() => good.claim(request)),
      };
    }),
  },
  {
    fault: 'gives away its own objects',
    caughtBy: ['gives copies: changing them changes nothing'],
    spoil: queue((good) => {
      const own = new Map<string, MessageRecord>();
      return {
        async claim(request) {
          const { claims, messages } = await good.claim(request);
          for (const message of messages) if (!own.has(message.id)) own.set(message.id, { ...message });
          return { claims, messages: messages.map(({ id }) => own.get(id) as MessageRecord) };
        },
      };
    }),
  },
  {
    fault: 'counts what is not there',
    caughtBy: ['counts nothing when there is nothing'],
    spoil: queue((good) => ({
      async counts(filter) {
        const counts = await good.counts(filter);
        return counts.length > 0 ? counts : [{ messenger: 'smtp', type: 'news', status: 'pending', count: 0 }];
      },
    })),
  },
  {
    fault: 'does not look at the type when it counts',
    caughtBy: ['counts what is open by messenger, type and status'],
    spoil: queue((good) => ({ counts: ({ type: _, ...filter } = {}) => good.counts(filter) })),
  },
  {
    fault: 'takes the time 0 for none when it counts',
    caughtBy: ['counts what is final only since a time, and what is open at any time'],
    spoil: queue((good) => ({ counts: ({ since, ...filter } = {}) => good.counts(since ? { ...filter, since } : filter) })),
  },
  {
    fault: 'always counts what is final',
    caughtBy: ['counts what is final only since a time, and what is open at any time'],
    spoil: queue((good) => ({ counts: (filter) => good.counts({ since: 0, ...filter }) })),
  },
  {
    fault: 'counts in texts, as a driver may give them',
    caughtBy: ['counts what is open by messenger, type and status'],
    spoil: queue((good) => ({
      counts: async (filter) => (await good.counts(filter)).map((row) => ({ ...row, count: String(row.count) as never })),
    })),
  },
  {
    fault: 'does not count fan-out rows',
    caughtBy: ['counts a fan-out row as one row'],
    spoil: queue((good) => ({ counts: async (filter) => (await good.counts(filter)).filter(({ messenger }) => messenger !== '*') })),
  },
];
