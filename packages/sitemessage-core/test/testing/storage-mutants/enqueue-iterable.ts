import type { DispatchRecord, NewDispatch } from '../../../src/storage/records.ts';
import { type Mutant, queue } from './mutate.ts';

/** Yields the same items, and passes each to `note` first. */
async function* noted(given: AsyncIterable<NewDispatch>, note: (dispatch: NewDispatch) => void): AsyncGenerator<NewDispatch> {
  for await (const dispatch of given) {
    note(dispatch);
    yield dispatch;
  }
}

export const enqueueIterableMutants: readonly Mutant[] = [
  {
    fault: 'drops the last page of an iterable if it is not full',
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
    fault: 'lists items of an iterable at once',
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
    fault: 'keeps the items of an iterable that throws',
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
    fault: 'throws another error when an iterable throws',
    caughtBy: ['stores nothing when an async iterable throws, and rejects with its error'],
    mutate: queue((good) => ({
      enqueue: (...call) =>
        good.enqueue(...call).catch((error) => {
          throw new Error('Could not store it.', { cause: error });
        }),
    })),
  },
  {
    fault: 'collects an iterable in memory',
    caughtBy: [100, 2].map((limit) => `deletes an abandoned async iterable, ${limit} per call, and refuses to store the rest`),
    mutate: queue((good) => ({
      enqueue: async (messages, given, now) =>
        good.enqueue(messages, Symbol.asyncIterator in given ? await Array.fromAsync(given) : given, now),
    })),
  },
  {
    fault: 'holds a lock while it waits for an iterable',
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
    fault: 'mixes the items of concurrent iterables',
    caughtBy: ['keeps async iterables independent: one fails, the other is stored'],
    mutate: queue((good) => {
      let pending: NewDispatch[] = [];
      return {
        async enqueue(messages, given, now) {
          if (!(Symbol.asyncIterator in given)) return good.enqueue(messages, given, now);
          try {
            for await (const dispatch of given) pending.push(dispatch);
          } catch (error) {
            pending = [];
            throw error;
          }
          const mine = pending.filter((dispatch) => messages.some(({ id }) => id === dispatch.messageId));
          return good.enqueue(messages, mine, now);
        },
      };
    }),
  },
];
