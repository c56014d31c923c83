import { type Broken, mapTexts, queue } from './broken.ts';

/** Stores every text as another one; ids are left alone. */
const storing = (
  map: (text: string) => string,
  except: readonly string[] = ['id', 'messageId', 'status', 'kind', 'reason'],
): Broken['spoil'] =>
  queue((good) => ({
    async enqueue(messages, given, now) {
      const mapped = Symbol.asyncIterator in given ? mapItems(given, map, except) : mapTexts(given, map, except);
      return good.enqueue(mapTexts(messages, map, except), mapped, now);
    },
    settle: async (token, settlements, now) => good.settle(token, mapTexts(settlements, map, except), now),
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
  "a recipient's id",
  'what a row expands from',
  "a provider's id",
  "an error's code",
  "an error's message",
  'a pacing key',
];
const wellFormed = places.map((place) => `keeps any well-formed text as ${place}`);
const illFormed = places.map((place) => `keeps a NUL and halves of pairs as ${place}, or refuses them and stores nothing`);
const ids = ["a dispatch's id", "a message's id"].map(
  (place) => `keeps whatever it is given as ${place}, or refuses it and stores nothing`,
);

const refuse = (text: string): string => {
  if (text.includes('\0') || !text.isWellFormed()) throw new Error('invalid byte sequence for encoding "UTF8"');
  return text;
};

/** Not broken: what a database does that cannot keep every text. */
export const refusing: Broken['spoil'] = storing(refuse, []);

export const brokenAtText: readonly Broken[] = [
  { fault: 'trims texts', caughtBy: wellFormed, spoil: storing((text) => text.trim()) },
  { fault: 'stores no more than 255 characters', caughtBy: wellFormed, spoil: storing((text) => text.slice(0, 255)) },
  { fault: 'ends a text at a NUL', caughtBy: illFormed, spoil: storing((text) => text.replace(/\0.*$/s, '')) },
  { fault: 'stores another character for half of a pair', caughtBy: illFormed, spoil: storing((text) => text.toWellFormed()) },
  {
    fault: 'stores what it refuses',
    caughtBy: illFormed.filter((sentence) => !sentence.includes('key')),
    spoil: queue((good) => ({
      async enqueue(messages, given, now) {
        const added = await good.enqueue(messages, given, now);
        mapTexts([messages, given], refuse);
        return added;
      },
      async settle(token, settlements, now) {
        const applied = await good.settle(token, settlements, now);
        mapTexts(settlements, refuse);
        return applied;
      },
    })),
  },
  { fault: 'cleans ids', caughtBy: ids, spoil: storing((text) => text.trim().toWellFormed(), ['status', 'kind', 'reason']) },
  {
    fault: 'stores an empty text as none',
    caughtBy: ["keeps any well-formed text as a message's sender", "keeps any well-formed text as a recipient's id"],
    spoil: queue((good) => ({
      async enqueue(messages, given, now) {
        const array = Symbol.asyncIterator in given ? await Array.fromAsync(given) : given;
        const drop = <T extends object>(object: T): T =>
          Object.fromEntries(Object.entries(object).filter(([, value]) => value !== '')) as T;
        return good.enqueue(messages.map(drop), array.map(drop), now);
      },
    })),
  },
  {
    fault: 'reads a context and writes it anew',
    caughtBy: ['never looks into a context: white space, order, repeated keys, long numbers and escapes stay as they are'],
    spoil: queue((good) => ({
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
    caughtBy: ['keeps a context and a fan-out row of a million characters'],
    spoil: storing((text) => text.slice(0, 65_535)),
  },
];
