import { PermanentError } from '../../src/errors.ts';
import { readField } from '../../src/foreign.ts';
import type { QueueStore } from '../../src/storage/port.ts';
import type { NewMessage } from '../../src/storage/records.ts';
import { aMoment, type Broken, queue } from './broken.ts';

const withoutKey = ({ key: _, ...record }: NewMessage): NewMessage => record;

/** Changes each message on its way in. */
const eachMessage = (change: (message: NewMessage) => NewMessage): Broken['spoil'] =>
  queue((good) => ({ enqueue: (messages, given, now) => good.enqueue(messages.map(change), given, now) }));

/** Does something else about a key that was used for another message. */
const atConflict = (instead: (good: QueueStore, ...call: Parameters<QueueStore['enqueue']>) => Promise<readonly string[]>) =>
  queue((good) => ({
    enqueue: (...call) =>
      good.enqueue(...call).catch((error) => {
        if (readField(error, 'code') !== 'key_conflict') throw error;
        return instead(good, ...call);
      }),
  }));

const anotherContext = 'refuses a key that was used with another context: it names the key, and stores nothing of the call';
const anotherType = 'refuses a key that was used with another type, and names both types';
const twoMessages = 'refuses a key that one call uses for two messages';
const fromIterable = 'does the same with what comes from an async iterable';
const atOnce = 'gives a key to one of many who use it at the same time, and refuses those who use it for another message';
const outlives = 'remembers a key when its message is deleted, until it is older than that';
const withMessage = 'remembers a key for as long as its message is there, however old it is';
const inBatches = 'forgets no more keys in one call than the limit, and the rest in the next ones';

export const brokenAtKeys: readonly Broken[] = [
  {
    fault: 'shows the key of a message',
    caughtBy: ['stores a message under a key once, and does not show the key'],
    spoil: queue((good) => {
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
    fault: 'knows no keys',
    caughtBy: [anotherContext, anotherType, twoMessages, fromIterable, atOnce, outlives, withMessage],
    spoil: eachMessage(withoutKey),
  },
  {
    fault: 'does not compare what a key was used for',
    caughtBy: [anotherContext, anotherType, twoMessages, fromIterable, atOnce, outlives, withMessage],
    spoil: eachMessage(({ key, ...record }) => (key ? { ...record, key: { ...key, fingerprint: record.id } } : record)),
  },
  {
    fault: 'stores the other messages of a call whose key was used for another one',
    caughtBy: [anotherContext, fromIterable],
    spoil: atConflict(async (good, messages, _, now) => {
      const added: string[] = [];
      for (const message of messages) added.push(...(await good.enqueue([message], [], now)));
      return added;
    }),
  },
  {
    fault: 'shows the context in an error',
    caughtBy: [anotherContext],
    spoil: atConflict(async (_, messages) => {
      throw new PermanentError(`\`key\` is "order-7", which was used for "news", not for ${JSON.stringify(messages)}.`, {
        code: 'key_conflict',
      });
    }),
  },
  {
    fault: 'does not say which types a key was used for',
    caughtBy: [anotherType],
    spoil: atConflict(async () => {
      throw new PermanentError('`key` is "order-7", which was used before.', { code: 'key_conflict' });
    }),
  },
  {
    fault: 'remembers the keys of an iterable that breaks',
    caughtBy: ['takes a key back when the call breaks off'],
    spoil: queue((good) => ({
      enqueue: (messages, given, now) =>
        good.enqueue(messages, given, now).catch(async (error) => {
          if (Symbol.asyncIterator in given) await good.enqueue(messages, [], now);
          throw error;
        }),
    })),
  },
  {
    fault: 'looks at no key of what comes from an iterable',
    caughtBy: [fromIterable],
    spoil: queue((good) => ({
      enqueue: (messages, given, now) => good.enqueue(Symbol.asyncIterator in given ? messages.map(withoutKey) : messages, given, now),
    })),
  },
  {
    fault: 'compares a key before it stores anything',
    caughtBy: [atOnce],
    spoil: queue((good) => {
      const fingerprints = new Map<string, string>();
      return {
        async enqueue(messages, given, now) {
          for (const { id, key } of messages) {
            if (key && (fingerprints.get(id) ?? key.fingerprint) !== key.fingerprint) return good.enqueue(messages, given, now);
          }
          await aMoment();
          for (const { id, key } of messages) if (key) fingerprints.set(id, key.fingerprint);
          return good.enqueue(messages.map(withoutKey), given, now);
        },
      };
    }),
  },
  {
    fault: 'forgets a key with its message',
    caughtBy: [outlives],
    spoil: queue((good) => ({ prune: (request) => good.prune({ ...request, keysBefore: Number.MAX_SAFE_INTEGER }) })),
  },
  {
    fault: 'never forgets a key',
    caughtBy: [outlives, inBatches],
    spoil: queue((good) => ({ prune: (request) => good.prune({ ...request, keysBefore: 0 }) })),
  },
  {
    fault: 'forgets a key some time after it was used',
    caughtBy: [outlives, withMessage],
    spoil: queue((good) => {
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
    fault: 'forgets all old keys in one call',
    caughtBy: [inBatches],
    spoil: queue((good) => ({
      async prune(request) {
        await good.prune({ ...request, statuses: [], abandonedBefore: 0, dispatchesOnly: true, limit: Number.MAX_SAFE_INTEGER });
        return good.prune(request);
      },
    })),
  },
];
