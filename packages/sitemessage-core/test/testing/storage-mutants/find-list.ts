import type { DispatchFilter, QueueStore } from '../../../src/storage/port.ts';
import type { DispatchRecord, MessageRecord } from '../../../src/storage/records.ts';
import { type Mutant, type Mutation, queue } from './mutate.ts';

/** Takes every filter for another one. */
const filtering = (change: (filter: DispatchFilter) => DispatchFilter): Mutation =>
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
  whats.flatMap((what) => [`lists dispatches by ${what}`, `requeues dispatches by ${what}`, `cancels dispatches by ${what}`]);

/** What matches one part of the filter at least. */
async function* any(good: QueueStore, filter: DispatchFilter): AsyncGenerator<DispatchRecord> {
  const parts = Object.entries(filter).map(([key, value]) => ({ [key]: value }) as DispatchFilter);
  const seen = new Map<string, DispatchRecord>();
  for (const part of parts.length > 0 ? parts : [{}]) for await (const record of good.list(part)) seen.set(record.id, record);
  yield* [...seen.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

const matching = async (records: AsyncIterable<DispatchRecord>): Promise<string[]> => (await Array.fromAsync(records)).map(({ id }) => id);

export const findListMutants: readonly Mutant[] = [
  {
    fault: 'finds a dispatch without what went wrong',
    caughtBy: ['finds a dispatch with its errors, and nothing under an unknown id'],
    mutate: queue((good) => ({
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
    caughtBy: of('an empty filter'),
    mutate: filtering((filter) => (Object.keys(filter).length === 0 ? { ids: [] } : filter)),
  },
  { fault: 'does not look at the ids of a filter', caughtBy: of('ids', 'ids and address'), mutate: filtering(without('ids')) },
  {
    fault: 'takes no ids for all ids',
    caughtBy: of('an empty list of ids'),
    mutate: filtering((filter) => (filter.ids?.length === 0 ? without('ids')(filter) : filter)),
  },
  {
    fault: 'binds a variable to every id of a filter, of which its database takes 32,766',
    caughtBy: of('40,000 ids'),
    mutate: filtering((filter) => {
      if ((filter.ids?.length ?? 0) > 32_766) throw new Error('too many SQL variables');
      return filter;
    }),
  },
  {
    fault: 'does not look at the message of a filter',
    caughtBy: of('message', 'contradicting fields'),
    mutate: filtering(without('messageId')),
  },
  {
    fault: 'does not look at the messenger of a filter',
    caughtBy: of('messenger', 'messenger and address'),
    mutate: filtering(without('messenger')),
  },
  { fault: 'does not look at the type of a filter', caughtBy: of('type'), mutate: filtering(without('type')) },
  { fault: 'does not look at the address of a filter', caughtBy: of('address', 'ids and address'), mutate: filtering(without('address')) },
  {
    fault: 'does not look at the status of a filter',
    caughtBy: [
      ...of('type, status and since', 'every field').filter((sentence) => !sentence.includes('every field')),
      'lists dispatches by status failed',
      'lists dispatches by status pending',
      'requeues dispatches by status failed',
      'requeues dispatches by status skipped',
      'cancels dispatches by status error',
      'cancels dispatches by status pending',
    ],
    mutate: filtering(without('status')),
  },
  {
    fault: 'does not look at the time of a filter',
    caughtBy: of('since', 'a later since'),
    mutate: filtering(without('since')),
  },
  {
    fault: 'does not look at the outcome of a filter',
    caughtBy: of('outcome', 'an outcome that none has'),
    mutate: filtering(without('outcome')),
  },
  {
    fault: 'leaves out what changed at the very time of a filter',
    caughtBy: of('since'),
    mutate: filtering((filter) => (filter.since === undefined ? filter : { ...filter, since: filter.since + 1 })),
  },
  {
    fault: 'takes what matches one part of a filter for a match',
    caughtBy: of('messenger and address', 'type, status and since', 'every field', 'contradicting fields'),
    mutate: queue((good) => ({
      list: (filter) => any(good, filter),
      requeue: async (filter, now) => good.requeue({ ids: await matching(any(good, filter)) }, now),
      cancel: async (filter, now) => good.cancel({ ids: await matching(any(good, filter)) }, now),
    })),
  },
  {
    fault: 'lists the first 1,000 only',
    caughtBy: ['lists 2,600 dispatches once each, ordered by id'],
    mutate: queue((good) => ({
      async *list(filter) {
        yield* (await Array.fromAsync(good.list(filter))).slice(0, 1_000);
      },
    })),
  },
  {
    fault: 'lists the last row of a page again on the next one',
    caughtBy: ['lists 2,600 dispatches once each, ordered by id'],
    mutate: queue((good) => ({
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
    caughtBy: ['lists 2,600 dispatches once each, ordered by id'],
    mutate: queue((good) => {
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
    caughtBy: ['lists unchanged dispatches once and in order while others write'],
    mutate: queue((good) => ({
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
    caughtBy: ['releases its locks when a list is left early'],
    mutate: queue((good) => {
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
    caughtBy: ['returns copies: changes to them have no effect'],
    mutate: queue((good) => {
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
];
