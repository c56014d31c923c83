import type { DispatchFilter, QueueStore } from '../../../src/storage/port.ts';
import type { DispatchRecord, MessageRecord, NewDispatch } from '../../../src/storage/records.ts';
import { type Mutant, type Mutation, queue } from './mutate.ts';

/** Changes every filter. */
const changeFilter = (change: (filter: DispatchFilter) => DispatchFilter): Mutation =>
  queue((good) => ({
    list: (filter) => good.list(change(filter)),
    requeue: (filter, now) => good.requeue(change(filter), now),
    cancel: (filter, now) => good.cancel(change(filter), now),
  }));

const without = (key: keyof DispatchFilter) => (filter: DispatchFilter) => {
  const { [key]: _, ...rest } = filter;
  return rest;
};

/** Returns the names of the tests of `list`, `requeue` and `cancel` for these filters. */
const filterTests = (...whats: readonly string[]): string[] =>
  whats.flatMap((what) => [`lists dispatches by ${what}`, `requeues dispatches by ${what}`, `cancels dispatches by ${what}`]);

/** Yields the dispatches that match one field of the filter or more. */
async function* any(good: QueueStore, filter: DispatchFilter): AsyncGenerator<DispatchRecord> {
  const parts = Object.entries(filter).map(([key, value]) => ({ [key]: value }) as DispatchFilter);
  const seen = new Map<string, DispatchRecord>();
  for (const part of parts.length > 0 ? parts : [{}]) for await (const record of good.list(part)) seen.set(record.id, record);
  yield* [...seen.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

const matching = async (records: AsyncIterable<DispatchRecord>): Promise<string[]> => (await Array.fromAsync(records)).map(({ id }) => id);

export const findListMutants: readonly Mutant[] = [
  {
    fault: 'loses the user of a dispatch that comes from an async iterable',
    caughtBy: ['keeps every field of a dispatch, however it is stored'],
    mutate: queue((good) => ({
      enqueue(messages, dispatches, now) {
        async function* withoutUsers() {
          for await (const { recipientId: _, ...rest } of dispatches as AsyncIterable<NewDispatch>) yield rest;
        }
        return good.enqueue(messages, Symbol.asyncIterator in dispatches ? withoutUsers() : dispatches, now);
      },
    })),
  },
  {
    fault: 'finds a dispatch without its errors',
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
    fault: 'matches nothing with an empty filter',
    caughtBy: filterTests('an empty filter'),
    mutate: changeFilter((filter) => (Object.keys(filter).length === 0 ? { ids: [] } : filter)),
  },
  { fault: 'ignores ids in a filter', caughtBy: filterTests('ids', 'ids and address'), mutate: changeFilter(without('ids')) },
  {
    fault: 'matches everything with an empty list of ids',
    caughtBy: filterTests('an empty list of ids'),
    mutate: changeFilter((filter) => (filter.ids?.length === 0 ? without('ids')(filter) : filter)),
  },
  {
    fault: 'binds one variable per id of a filter, of at most 32,766',
    caughtBy: filterTests('40,000 ids'),
    mutate: changeFilter((filter) => {
      if ((filter.ids?.length ?? 0) > 32_766) throw new Error('too many SQL variables');
      return filter;
    }),
  },
  {
    fault: 'ignores messageId in a filter',
    caughtBy: filterTests('message', 'contradicting fields'),
    mutate: changeFilter(without('messageId')),
  },
  {
    fault: 'ignores messenger in a filter',
    caughtBy: filterTests('messenger', 'messenger and address'),
    mutate: changeFilter(without('messenger')),
  },
  { fault: 'ignores type in a filter', caughtBy: filterTests('type'), mutate: changeFilter(without('type')) },
  { fault: 'ignores address in a filter', caughtBy: filterTests('address', 'ids and address'), mutate: changeFilter(without('address')) },
  {
    fault: 'ignores status in a filter',
    caughtBy: [
      ...filterTests('type, status and since'),
      'lists dispatches by status failed',
      'lists dispatches by status pending',
      'requeues dispatches by status failed',
      'requeues dispatches by status skipped',
      'cancels dispatches by status error',
      'cancels dispatches by status pending',
    ],
    mutate: changeFilter(without('status')),
  },
  {
    fault: 'ignores since in a filter',
    caughtBy: filterTests('since', 'a later since'),
    mutate: changeFilter(without('since')),
  },
  {
    fault: 'ignores outcome in a filter',
    caughtBy: filterTests('outcome', 'an outcome that none has'),
    mutate: changeFilter(without('outcome')),
  },
  {
    fault: 'leaves out dispatches that changed at since',
    caughtBy: filterTests('since'),
    mutate: changeFilter((filter) => (filter.since === undefined ? filter : { ...filter, since: filter.since + 1 })),
  },
  {
    fault: 'matches when one field of a filter matches',
    caughtBy: filterTests('messenger and address', 'type, status and since', 'every field', 'contradicting fields'),
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
    fault: 'lists the last row of a page twice',
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
    fault: 'lists in the order of insertion',
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
    fault: 'pages by offset',
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
    fault: 'holds a lock until a list ends',
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
    fault: 'returns its internal objects',
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
