import { PermanentError } from '../../../src/errors.ts';
import { readField } from '../../../src/foreign.ts';
import type { QueueStore } from '../../../src/storage/port.ts';
import type { NewMessage } from '../../../src/storage/records.ts';
import { type Mutant, type Mutation, queue, yieldToOthers } from './mutate.ts';

const withoutKey = ({ key: _, ...record }: NewMessage): NewMessage => record;

/** Changes each message before `enqueue` stores it. */
const changeMessages = (change: (message: NewMessage) => NewMessage): Mutation =>
  queue((good) => ({ enqueue: (messages, given, now) => good.enqueue(messages.map(change), given, now) }));

/** Replaces the reaction to a key that was used for another message. */
const onConflict = (instead: (good: QueueStore, ...call: Parameters<QueueStore['enqueue']>) => Promise<readonly string[]>) =>
  queue((good) => ({
    enqueue: (...call) =>
      good.enqueue(...call).catch((error) => {
        if (readField(error, 'code') !== 'key_conflict') throw error;
        return instead(good, ...call);
      }),
  }));

const anotherContext = 'refuses a key reused with another context, and stores nothing of the call';
const anotherType = 'refuses a key reused with another type, and names both types';
const twoMessages = 'refuses a key that one call uses for two messages';
const fromIterable = 'checks the keys of async iterables too';
const atOnce = 'gives a key to one of 10 concurrent calls, and refuses it for another message';
const outlives = 'remembers a key after its message is deleted, until keysBefore';
const withMessage = 'remembers a key as long as its message exists';
const inBatches = 'deletes at most the limit of keys in one call';

export const enqueueKeyMutants: readonly Mutant[] = [
  {
    fault: 'shows the key of a message',
    caughtBy: ['stores a message under a key once, and never returns the key'],
    mutate: queue((good) => {
      const given = new Map<string, NewMessage>();
      return {
        enqueue(messages, dispatches, now) {
          for (const message of messages) given.set(message.id, message);
          return good.enqueue(messages, dispatches, now);
        },
        async claim(request) {
          const { claims, messages } = await good.claim(request);
          return { claims, messages: messages.map(({ id, ...record }) => ({ ...given.get(id), id, ...record })) };
        },
      };
    }),
  },
  {
    fault: 'ignores keys',
    caughtBy: [anotherContext, anotherType, twoMessages, fromIterable, atOnce, outlives, withMessage],
    mutate: changeMessages(withoutKey),
  },
  {
    fault: 'does not compare fingerprints',
    caughtBy: [anotherContext, anotherType, twoMessages, fromIterable, atOnce, outlives, withMessage],
    mutate: changeMessages(({ key, ...record }) => (key ? { ...record, key: { ...key, fingerprint: record.id } } : record)),
  },
  {
    fault: 'stores the other messages of a call with a key conflict',
    caughtBy: [anotherContext, fromIterable],
    mutate: onConflict(async (good, messages, _, now) => {
      const added: string[] = [];
      for (const message of messages) added.push(...(await good.enqueue([message], [], now)));
      return added;
    }),
  },
  {
    fault: 'shows the context in the error of a key conflict',
    caughtBy: [anotherContext],
    mutate: onConflict(async (_, messages) => {
      throw new PermanentError(`\`key\` is "order-7", which was used for "news", not for ${JSON.stringify(messages)}.`, {
        code: 'key_conflict',
      });
    }),
  },
  {
    fault: 'does not name the types in a key conflict',
    caughtBy: [anotherType],
    mutate: onConflict(async () => {
      throw new PermanentError('`key` is "order-7", which was used before.', { code: 'key_conflict' });
    }),
  },
  {
    fault: 'keeps the keys of an iterable that throws',
    caughtBy: ['forgets the key of a call that fails'],
    mutate: queue((good) => ({
      enqueue: (messages, given, now) =>
        good.enqueue(messages, given, now).catch(async (error) => {
          if (Symbol.asyncIterator in given) await good.enqueue(messages, [], now);
          throw error;
        }),
    })),
  },
  {
    fault: 'ignores the keys of an iterable',
    caughtBy: [fromIterable],
    mutate: queue((good) => ({
      enqueue: (messages, given, now) => good.enqueue(Symbol.asyncIterator in given ? messages.map(withoutKey) : messages, given, now),
    })),
  },
  {
    fault: 'compares keys before its transaction',
    caughtBy: [atOnce],
    mutate: queue((good) => {
      const fingerprints = new Map<string, string>();
      return {
        async enqueue(messages, given, now) {
          for (const { id, key } of messages) {
            if (key && (fingerprints.get(id) ?? key.fingerprint) !== key.fingerprint) return good.enqueue(messages, given, now);
          }
          await yieldToOthers();
          for (const { id, key } of messages) if (key) fingerprints.set(id, key.fingerprint);
          return good.enqueue(messages.map(withoutKey), given, now);
        },
      };
    }),
  },
  {
    fault: 'deletes a key with its message',
    caughtBy: [outlives],
    mutate: queue((good) => ({ prune: (request) => good.prune({ ...request, keysBefore: Number.MAX_SAFE_INTEGER }) })),
  },
  {
    fault: 'never deletes a key',
    caughtBy: [outlives, inBatches],
    mutate: queue((good) => ({ prune: (request) => good.prune({ ...request, keysBefore: 0 }) })),
  },
  {
    fault: 'deletes a key by the time of its use',
    caughtBy: [outlives, withMessage],
    mutate: queue((good) => {
      const usedAt = new Map<string, number>();
      let forgottenBefore = 0;
      return {
        prune(request) {
          forgottenBefore = request.keysBefore;
          return good.prune(request);
        },
        enqueue(messages, given, now) {
          const isForgotten = ({ id }: NewMessage): boolean => (usedAt.get(id) ?? now) < forgottenBefore;
          const known = messages.map((message) => (isForgotten(message) ? withoutKey(message) : message));
          for (const { id } of messages) usedAt.set(id, now);
          return good.enqueue(known, given, now);
        },
      };
    }),
  },
  {
    fault: 'deletes all old keys in one call',
    caughtBy: [inBatches],
    mutate: queue((good) => ({
      async prune(request) {
        await good.prune({ ...request, statuses: [], abandonedBefore: 0, dispatchesOnly: true, limit: Number.MAX_SAFE_INTEGER });
        return good.prune(request);
      },
    })),
  },
];
