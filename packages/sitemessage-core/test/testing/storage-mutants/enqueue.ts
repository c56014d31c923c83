import type { QueueStore } from '../../../src/storage/port.ts';
import type { MessageRecord, NewDispatch } from '../../../src/storage/records.ts';
import { type Mutant, type Mutation, queue, yieldToOthers } from './mutate.ts';

type Given = readonly NewDispatch[] | AsyncIterable<NewDispatch>;
type Enqueue = QueueStore['enqueue'];

const isStream = (given: Given): given is AsyncIterable<NewDispatch> => Symbol.asyncIterator in given;

async function* map(given: AsyncIterable<NewDispatch>, change: (dispatch: NewDispatch) => NewDispatch): AsyncGenerator<NewDispatch> {
  for await (const dispatch of given) yield change(dispatch);
}

/** Changes each dispatch before `enqueue` stores it. */
const changeDispatches = (change: (dispatch: NewDispatch) => NewDispatch): Mutation =>
  queue((good) => ({
    enqueue: (messages, given, now) => good.enqueue(messages, isStream(given) ? map(given, change) : given.map(change), now),
  }));

/** Replaces `enqueue` for arrays only. */
const arrays = (
  enqueue: (good: Enqueue, messages: readonly MessageRecord[], given: readonly NewDispatch[], now: number) => ReturnType<Enqueue>,
) =>
  queue((good) => ({
    enqueue: (messages, given, now) => (isStream(given) ? good.enqueue(messages, given, now) : enqueue(good.enqueue, messages, given, now)),
  }));

export const enqueueMutants: readonly Mutant[] = [
  {
    fault: 'returns no ids of new messages',
    caughtBy: ['stores messages with their dispatches and returns the message ids', 'stores an async iterable like an array'],
    mutate: queue((good) => ({ enqueue: (...call) => good.enqueue(...call).then(() => []) })),
  },
  {
    fault: 'returns the ids of all messages as new',
    caughtBy: [
      'leaves a message with a known id and its dispatches unchanged',
      'stores a message given twice in one call once, as first given',
      'stores the new messages of a call that also has a known id',
      'adds nothing from an async iterable to a message with a known id',
      'adds nothing from an async iterable to a message that another call stored meanwhile',
      'stores a message once when two async iterables bring it',
    ],
    mutate: queue((good) => ({
      enqueue: (messages, given, now) => good.enqueue(messages, given, now).then(() => messages.map(({ id }) => id)),
    })),
  },
  {
    fault: 'drops the id of the recipient',
    caughtBy: ['keeps every field and adds none', 'keeps every field from an async iterable'],
    mutate: changeDispatches(({ recipientId: _, ...rest }) => rest),
  },
  {
    fault: 'drops expiresAt',
    caughtBy: ['keeps every field and adds none'],
    mutate: queue((good) => ({
      enqueue: (messages, given, now) =>
        good.enqueue(
          messages.map(({ expiresAt: _, ...rest }) => rest),
          given,
          now,
        ),
    })),
  },
  {
    fault: 'drops an expiresAt of 0',
    caughtBy: ['keeps times and priorities of 0'],
    mutate: queue((good) => ({
      enqueue: (messages, given, now) =>
        good.enqueue(
          messages.map(({ expiresAt, ...rest }) => (expiresAt ? { ...rest, expiresAt } : rest)),
          given,
          now,
        ),
    })),
  },
  {
    fault: 'returns undefined for missing fields',
    caughtBy: ['keeps every field and adds none', 'leases due dispatches, counts the attempt and returns the message'],
    mutate: queue((good) => ({
      async claim(request) {
        const { claims, messages } = await good.claim(request);
        return { claims: claims.map((each) => ({ fanOut: undefined, ...each }) as never), messages };
      },
      async *list(filter) {
        for await (const record of good.list(filter)) yield { providerId: undefined, ...record } as never;
      },
    })),
  },
  {
    fault: 'stores a message only with its first dispatch',
    caughtBy: ['stores a message without dispatches', 'stores the message of an empty async iterable'],
    mutate: queue((good) => ({
      async enqueue(messages, given, now) {
        const array = isStream(given) ? await Array.fromAsync(given) : given;
        return good.enqueue(
          messages.filter(({ id }) => array.some(({ messageId }) => messageId === id)),
          array,
          now,
        );
      },
    })),
  },
  {
    fault: 'replaces a message with a known id',
    caughtBy: ['leaves a message with a known id and its dispatches unchanged'],
    mutate: queue((good) => {
      const latest = new Map<string, MessageRecord>();
      return {
        enqueue(messages, given, now) {
          for (const message of messages) latest.set(message.id, { ...message });
          return good.enqueue(messages, given, now);
        },
        async claim(request) {
          const { claims, messages } = await good.claim(request);
          return { claims, messages: messages.map((message) => latest.get(message.id) ?? message) };
        },
      };
    }),
  },
  {
    fault: 'stores nothing of a call with a known message id',
    caughtBy: ['stores the new messages of a call that also has a known id'],
    mutate: queue((good) => {
      const stored = new Set<string>();
      return {
        async enqueue(messages, given, now) {
          if (messages.some(({ id }) => stored.has(id))) return [];
          const added = await good.enqueue(messages, given, now);
          for (const id of added) stored.add(id);
          return added;
        },
      };
    }),
  },
  {
    fault: 'updates the address of a dispatch with a known id',
    caughtBy: [
      'leaves a dispatch with a known id unchanged, in any status',
      'stores a dispatch given twice in one call once, as first given',
      'stores a dispatch that an async iterable yields twice once, as first given',
      'leaves a dispatch unchanged that another call stored meanwhile',
    ],
    mutate: queue((good) => {
      const latest = new Map<string, string>();
      return {
        async enqueue(messages, given, now) {
          const array = isStream(given) ? await Array.fromAsync(given) : given;
          const added = await good.enqueue(messages, array, now);
          for (const { id, address } of array) latest.set(id, address);
          return added;
        },
        async *list(filter) {
          for await (const record of good.list(filter)) yield { ...record, address: latest.get(record.id) ?? record.address };
        },
      };
    }),
  },
  {
    fault: 'stores the first half of a call that throws',
    caughtBy: ['stores nothing when reading a dispatch throws'],
    mutate: arrays((good, messages, given, now) =>
      good(messages, given, now).catch(async (error) => {
        await good(messages, given.slice(0, given.length / 2), now);
        throw error;
      }),
    ),
  },
  {
    fault: 'stores one message after another',
    caughtBy: ['stores nothing when reading a message throws'],
    mutate: arrays(async (good, messages, given, now) => {
      const added: string[] = [];
      for (const message of messages) {
        const its = given.filter(({ messageId }) => messageId === message.id);
        added.push(...(await good([message], its, now)));
      }
      return added;
    }),
  },
  {
    fault: 'creates a message for a dispatch without one',
    caughtBy: ['never stores a dispatch without its message'],
    mutate: arrays((good, messages, given, now) => {
      const missing = given.filter(({ messageId }) => !messages.some(({ id }) => id === messageId));
      return good(
        [...messages, ...missing.map(({ messageId, type }) => ({ id: messageId, type, context: '{}', createdAt: now }))],
        given,
        now,
      );
    }),
  },
  {
    fault: 'checks for a message before its transaction',
    caughtBy: ['stores a message once in 10 concurrent calls, with the dispatches of one of them'],
    mutate: queue((good) => {
      const stored = new Set<string>();
      return {
        async enqueue(messages, given, now) {
          const added = messages.flatMap(({ id }) => (stored.has(id) ? [] : [id]));
          await yieldToOthers();
          for (const id of await good.enqueue(messages, given, now)) stored.add(id);
          return added;
        },
      };
    }),
  },
  {
    fault: 'shows a call bit by bit',
    caughtBy: ['shows other readers all of a call or nothing', 'shows all of an async iterable at once when it ends'],
    mutate: queue((good) => {
      let hidden = 0;
      return {
        async enqueue(messages, given, now) {
          const added = await good.enqueue(messages, given, now);
          for (hidden = 400; hidden > 0; hidden -= 20) await yieldToOthers();
          return added;
        },
        async *list(filter) {
          const from = hidden;
          yield* (await Array.fromAsync(good.list(filter))).slice(from);
        },
        counts: async (filter) => (await good.counts(filter)).map((row) => ({ ...row, count: row.count - hidden })),
      };
    }),
  },
  {
    fault: 'binds one variable per value, of at most 32,766',
    caughtBy: ['stores 10,000 dispatches in one call', 'expands a row into 5,000 dispatches', 'settles 1,000 results in one call'],
    mutate: queue((good) => {
      const check = (variables: number): void => {
        if (variables > 32_766) throw new Error('too many SQL variables');
      };
      return {
        async enqueue(messages, given, now) {
          if (!isStream(given)) check(9 * given.length);
          return good.enqueue(messages, given, now);
        },
        async settle(token, settlements, now, marks) {
          check(33 * settlements.length);
          for (const settlement of settlements) if (settlement.status === 'expanded') check(9 * settlement.dispatches.length);
          return good.settle(token, settlements, now, marks);
        },
      };
    }),
  },
  {
    fault: 'keeps references to its arguments',
    caughtBy: ['copies its arguments: later changes to them have no effect'],
    mutate: queue((good) => {
      const held = new Map<string, MessageRecord>();
      return {
        enqueue(messages, given, now) {
          for (const message of messages) held.set(message.id, message);
          return good.enqueue(messages, given, now);
        },
        async claim(request) {
          const { claims, messages } = await good.claim(request);
          return { claims, messages: messages.map((message) => held.get(message.id) ?? message) };
        },
      };
    }),
  },
];
