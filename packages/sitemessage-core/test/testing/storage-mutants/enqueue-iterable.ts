import type { DispatchRecord, NewDispatch } from '../../../src/storage/records.ts';
import { type Mutant, queue } from './mutate.ts';

/** Collects what comes from an iterable, and hands it on as a whole: what a storage may do that has the room. */
async function* noted(given: AsyncIterable<NewDispatch>, note: (dispatch: NewDispatch) => void): AsyncGenerator<NewDispatch> {
  for await (const dispatch of given) {
    note(dispatch);
    yield dispatch;
  }
}

export const enqueueIterableMutants: readonly Mutant[] = [
  {
    fault: 'forgets the last page of an iterable if it is not full',
    caughtBy: ['stores an async iterable like an array'],
    mutate: queue((good) => ({
      async enqueue(messages, given, now) {
        if (!(Symbol.asyncIterator in given)) return good.enqueue(messages, given, now);
        const array = await Array.fromAsync(given);
        return good.enqueue(messages, array.length > 500 ? array.slice(0, array.length - (array.length % 500)) : array, now);
      },
    })),
  },
  {
    fault: 'lists what comes from an iterable at once',
    caughtBy: ['hides an async iterable from every method until it ends'],
    mutate: queue((good) => {
      const early = new Map<string, DispatchRecord>();
      return {
        async enqueue(messages, given, now) {
          if (!(Symbol.asyncIterator in given)) return good.enqueue(messages, given, now);
          const note = (dispatch: NewDispatch): void => {
            early.set(dispatch.id, { ...dispatch, status: 'pending', attempt: 0, changedAt: now });
          };
          return good.enqueue(messages, noted(given, note), now).finally(() => early.clear());
        },
        async *list(filter) {
          yield* early.values();
          yield* good.list(filter);
        },
      };
    }),
  },
  {
    fault: 'keeps what came from an iterable before it broke',
    caughtBy: [
      'stores nothing when an async iterable throws, and rejects with its error',
      'stores nothing when reading an item of an async iterable throws',
    ],
    mutate: queue((good) => ({
      async enqueue(messages, given, now) {
        if (!(Symbol.asyncIterator in given)) return good.enqueue(messages, given, now);
        const came: NewDispatch[] = [];
        return good
          .enqueue(
            messages,
            noted(given, (dispatch) => came.push({ ...dispatch })),
            now,
          )
          .catch(async (error) => {
            await good.enqueue(messages, came, now);
            throw error;
          });
      },
    })),
  },
  {
    fault: 'throws an error of its own when an iterable throws',
    caughtBy: ['stores nothing when an async iterable throws, and rejects with its error'],
    mutate: queue((good) => ({
      enqueue: (...call) =>
        good.enqueue(...call).catch((error) => {
          throw new Error('Could not store it.', { cause: error });
        }),
    })),
  },
  {
    fault: 'collects all that comes from an iterable in the memory of its process',
    caughtBy: [100, 2].map((limit) => `deletes an abandoned async iterable, ${limit} per call, and refuses to store the rest`),
    mutate: queue((good) => ({
      enqueue: async (messages, given, now) =>
        good.enqueue(messages, Symbol.asyncIterator in given ? await Array.fromAsync(given) : given, now),
    })),
  },
  {
    fault: 'keeps the storage locked while it waits for an iterable',
    caughtBy: ['runs every other method while it waits for an async iterable'],
    mutate: queue((good) => {
      let unlocked: Promise<unknown> = Promise.resolve();
      return {
        enqueue(messages, given, now) {
          const stored = unlocked.then(() => good.enqueue(messages, given, now));
          unlocked = stored.catch(() => undefined);
          return stored;
        },
      };
    }),
  },
  {
    fault: 'has one place for all iterables that are under way',
    caughtBy: ['keeps async iterables independent: one fails, the other is stored'],
    mutate: queue((good) => {
      let underWay: NewDispatch[] = [];
      return {
        async enqueue(messages, given, now) {
          if (!(Symbol.asyncIterator in given)) return good.enqueue(messages, given, now);
          try {
            for await (const dispatch of given) underWay.push(dispatch);
          } catch (error) {
            underWay = [];
            throw error;
          }
          const mine = underWay.filter((dispatch) => messages.some(({ id }) => id === dispatch.messageId));
          return good.enqueue(messages, mine, now);
        },
      };
    }),
  },
];
