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
  'an address that comes from an iterable',
  'an address that a row expands to',
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

const unmatched = 'matches nothing by a text that no row has, whatever it looks like, or refuses it';

const refuse = (text: string): string => {
  if (text.includes('\0') || !text.isWellFormed()) throw new Error('invalid byte sequence for encoding "UTF8"');
  return text;
};

const filtering = (map: (text: string) => string): Broken['spoil'] =>
  queue((good) => ({
    list: (filter) => good.list(mapTexts(filter, map, ['status'])),
    cancel: async (filter, now) => good.cancel(mapTexts(filter, map, ['status']), now),
    requeue: async (filter, now) => good.requeue(mapTexts(filter, map, ['status']), now),
    counts: async (filter) => good.counts(mapTexts(filter, map)),
  }));

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
  {
    fault: 'stores no more than fits into an index',
    caughtBy: ["keeps addresses, recipients' ids and pacing keys of 10,000 characters, and finds by them"],
    spoil: storing((text) => text.slice(0, 2_700)),
  },
  {
    fault: 'looks for what is left of a text when a database has cleaned it',
    caughtBy: [unmatched],
    spoil: filtering((text) => text.toWellFormed().replace(/\0.*$/s, '')),
  },
  {
    fault: 'claims by what is left of a text when a database has cleaned it',
    caughtBy: [unmatched],
    spoil: queue((good) => ({
      claim: async (request) => good.claim(mapTexts(request, (text) => text.toWellFormed())),
    })),
  },
  {
    fault: 'takes an address for a pattern',
    caughtBy: [unmatched],
    spoil: queue((good) => ({
      cancel: async ({ address, ...filter }, now) =>
        good.cancel(address === undefined || address === '%' ? filter : { ...filter, address }, now),
    })),
  },
  {
    fault: 'charges what is left of a key when a database has cleaned it',
    caughtBy: ['paces a NUL and halves of pairs as keys of their own, or refuses them and charges nothing'],
    spoil: queue((good) => ({
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
    caughtBy: ['paces a NUL and halves of pairs as keys of their own, or refuses them and charges nothing'],
    spoil: queue((good) => ({
      async reserve(requests, now, until) {
        const slots = await good.reserve(requests, now, until);
        mapTexts(requests, refuse);
        return slots;
      },
    })),
  },
];
