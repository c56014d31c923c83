import { type Mutant, type Mutation, mapTexts, queue } from './mutate.ts';

/** Changes every text that is stored, except under the keys in `except`. */
const changeText = (map: (text: string) => string, except: readonly string[] = ['id', 'messageId', 'status', 'kind', 'reason']): Mutation =>
  queue((good) => ({
    async enqueue(messages, given, now) {
      const mapped = Symbol.asyncIterator in given ? mapItems(given, map, except) : mapTexts(given, map, except);
      return good.enqueue(mapTexts(messages, map, except), mapped, now);
    },
    settle: async (token, settlements, now, marks) => good.settle(token, mapTexts(settlements, map, except), now, marks),
    defer: async (key, until) => good.defer(map(key), until),
  }));

async function* mapItems<T>(given: AsyncIterable<T>, map: (text: string) => string, except: readonly string[]): AsyncGenerator<T> {
  for await (const item of given) yield mapTexts(item, map, except);
}

const places = [
  "a message's context",
  "a message's sender",
  'a type',
  "a messenger's alias",
  'an address',
  'an address from an async iterable',
  'an expanded address',
  "a recipient's id",
  'the fanOut of a row',
  "a provider's id",
  "an error's code",
  "an error's message",
  'a limit key',
];
const wellFormed = places.map((place) => `keeps well-formed text as ${place}`);
const illFormed = places.map((place) => `keeps or refuses NUL and lone surrogates as ${place}`);
const ids = ["a dispatch's id", "a message's id"].map((place) => `keeps or refuses any text as ${place}`);

const unmatched = 'matches nothing by a text that no row has, or refuses it';

const refuse = (text: string): string => {
  if (text.includes('\0') || !text.isWellFormed()) throw new Error('invalid byte sequence for encoding "UTF8"');
  return text;
};

const changeFilter = (map: (text: string) => string): Mutation =>
  queue((good) => ({
    list: (filter) => good.list(mapTexts(filter, map, ['status'])),
    cancel: async (filter, now) => good.cancel(mapTexts(filter, map, ['status']), now),
    requeue: async (filter, now) => good.requeue(mapTexts(filter, map, ['status']), now),
    counts: async (filter) => good.counts(mapTexts(filter, map)),
  }));

/** No mutant: refuses invalid text, as a database does that cannot keep it. */
export const refusing: Mutation = changeText(refuse, []);

export const textMutants: readonly Mutant[] = [
  { fault: 'trims texts', caughtBy: wellFormed, mutate: changeText((text) => text.trim()) },
  { fault: 'stores no more than 255 characters', caughtBy: wellFormed, mutate: changeText((text) => text.slice(0, 255)) },
  { fault: 'ends a text at a NUL', caughtBy: illFormed, mutate: changeText((text) => text.replace(/\0.*$/s, '')) },
  { fault: 'replaces lone surrogates', caughtBy: illFormed, mutate: changeText((text) => text.toWellFormed()) },
  {
    fault: 'stores text and then refuses it',
    caughtBy: illFormed.filter((sentence) => !sentence.includes('key')),
    mutate: queue((good) => ({
      async enqueue(messages, given, now) {
        const items = Symbol.asyncIterator in given ? await Array.fromAsync(given) : given;
        const added = await good.enqueue(messages, items, now);
        mapTexts([messages, items], refuse);
        return added;
      },
      async settle(token, settlements, now, marks) {
        const applied = await good.settle(token, settlements, now, marks);
        mapTexts(settlements, refuse);
        return applied;
      },
    })),
  },
  { fault: 'trims and repairs ids', caughtBy: ids, mutate: changeText((text) => text.trim().toWellFormed(), ['status', 'kind', 'reason']) },
  {
    fault: 'stores an empty text as none',
    caughtBy: ["keeps well-formed text as a message's sender", "keeps well-formed text as a recipient's id"],
    mutate: queue((good) => ({
      async enqueue(messages, given, now) {
        const array = Symbol.asyncIterator in given ? await Array.fromAsync(given) : given;
        const drop = <T extends object>(object: T): T =>
          Object.fromEntries(Object.entries(object).filter(([, value]) => value !== '')) as T;
        return good.enqueue(messages.map(drop), array.map(drop), now);
      },
    })),
  },
  {
    fault: 'parses and rewrites a context',
    caughtBy: ['never rewrites the JSON of a context'],
    mutate: queue((good) => ({
      enqueue: (messages, given, now) =>
        good.enqueue(
          messages.map((message) => ({ ...message, context: JSON.stringify(JSON.parse(message.context)) })),
          given,
          now,
        ),
    })),
  },
  {
    fault: 'stores no more than 65,535 characters',
    caughtBy: ['keeps a context and a fanOut of a million characters'],
    mutate: changeText((text) => text.slice(0, 65_535)),
  },
  {
    fault: 'stores no more than fits into an index',
    caughtBy: ['keeps and finds addresses, recipient ids and limit keys of 10,000 characters'],
    mutate: changeText((text) => text.slice(0, 2_700)),
  },
  {
    fault: 'filters by a cut text',
    caughtBy: [unmatched],
    mutate: changeFilter((text) => text.toWellFormed().replace(/\0.*$/s, '')),
  },
  {
    fault: 'claims by a repaired text',
    caughtBy: [unmatched],
    mutate: queue((good) => ({
      claim: async (request) => good.claim(mapTexts(request, (text) => text.toWellFormed())),
    })),
  },
  {
    fault: 'uses an address as a pattern',
    caughtBy: [unmatched],
    mutate: queue((good) => ({
      cancel: async ({ address, ...filter }, now) =>
        good.cancel(address === undefined || address === '%' ? filter : { ...filter, address }, now),
    })),
  },
  {
    fault: 'charges a repaired key',
    caughtBy: ['treats invalid texts as separate limit keys, or refuses them and charges nothing'],
    mutate: queue((good) => ({
      reserve: async (requests, now, until) =>
        good.reserve(
          mapTexts(requests, (text) => text.toWellFormed()),
          now,
          until,
        ),
    })),
  },
  {
    fault: 'charges for a key that it refuses',
    caughtBy: ['treats invalid texts as separate limit keys, or refuses them and charges nothing'],
    mutate: queue((good) => ({
      async reserve(requests, now, until) {
        const slots = await good.reserve(requests, now, until);
        mapTexts(requests, refuse);
        return slots;
      },
    })),
  },
];
