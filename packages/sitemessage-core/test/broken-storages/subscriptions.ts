import type { Storage } from '../../src/storage/port.ts';
import type { Subscription, SubscriptionFilter, SubscriptionKey, SubscriptionStore } from '../../src/storage/subscriptions.ts';
import type { Suppression, SuppressionStore } from '../../src/storage/suppressions.ts';
import { aMoment, type Broken } from './broken.ts';

const subscriptions =
  (spoil: (good: SubscriptionStore) => Partial<SubscriptionStore>): Broken['spoil'] =>
  (storage: Storage) => ({ ...storage, subscriptions: { ...storage.subscriptions, ...spoil(storage.subscriptions) } });

const suppressions =
  (spoil: (good: SuppressionStore) => Partial<SuppressionStore>): Broken['spoil'] =>
  (storage: Storage) => ({ ...storage, suppressions: { ...storage.suppressions, ...spoil(storage.suppressions) } });

async function* listed<T>(items: Promise<readonly T[]> | readonly T[]): AsyncGenerator<T> {
  yield* await items;
}

/** Takes every filter for another one. */
const filtering = (change: (filter: SubscriptionFilter) => SubscriptionFilter): Broken['spoil'] =>
  subscriptions((good) => ({ list: (filter) => good.list(change(filter)) }));

const without = (name: keyof SubscriptionFilter) =>
  filtering((filter) => {
    const { [name]: _, ...rest } = filter;
    return rest;
  });

const ofSubscriptions = (what: string): string => `lists the subscriptions that match a filter of ${what}`;
const ofSuppressions = (what: string): string => `lists the suppressions that match a filter of ${what}`;
const apart = 'keeps who is subscribed, users and bare addresses apart, and since when';
const nobodyTwice = 'subscribes nobody twice, be it in one call, and keeps since when';
const removal = 'removes what is there, and nothing else; what is not there is no error';
const both = 'removes before it adds, and counts both';
const goingOn = 'lists 12,000 subscriptions, each of them once, and goes on behind any of them, be it there still or not';
const between = 'lists what is behind one and comes up to another, whatever else is asked for, and be they there still or not';
const cutting = 'cuts a long list behind every so many of one type and messenger';
const alike = 'tells subscribers apart that only look alike, and keeps hostile ones or refuses them';

const asBare = ({ messenger, type, userId, address }: SubscriptionKey): SubscriptionKey => ({
  messenger,
  type,
  address: userId ?? (address as string),
});

export const brokenAtSubscriptions: readonly Broken[] = [
  {
    fault: 'takes the id of a user for an address',
    caughtBy: [apart, alike],
    spoil: subscriptions((good) => ({
      change: ({ add, remove }, now) => good.change({ add: add.map(asBare), remove: remove.map(asBare) }, now),
    })),
  },
  {
    fault: 'forgets since when somebody is subscribed who is subscribed again',
    caughtBy: [nobodyTwice],
    spoil: subscriptions((good) => ({
      async change({ add, remove }, now) {
        const { added } = await good.change({ add, remove: [] }, now);
        await good.change({ add: [], remove: add }, now);
        await good.change({ add, remove }, now);
        return { added, removed: 0 };
      },
    })),
  },
  {
    fault: 'counts those who are subscribed already',
    caughtBy: [nobodyTwice, 'subscribes each of those once who are subscribed by many at the same time'],
    spoil: subscriptions((good) => ({
      change: async (change, now) => ({ ...(await good.change(change, now)), added: change.add.length }),
    })),
  },
  {
    fault: 'removes a user from all messengers',
    caughtBy: [removal],
    spoil: subscriptions((good) => ({
      async change({ add, remove }, now) {
        const all = await Array.fromAsync(good.list({}));
        const gone = all.filter(({ userId }) => userId !== undefined && remove.some((key) => key.userId === userId));
        return good.change({ add, remove: [...remove, ...gone] }, now);
      },
    })),
  },
  {
    fault: 'throws when there is nothing to remove',
    caughtBy: [removal],
    spoil: subscriptions((good) => ({
      async change(change, now) {
        if ((await good.has(change.remove)).includes(false)) throw new Error('not subscribed');
        return good.change(change, now);
      },
    })),
  },
  {
    fault: 'adds before it removes',
    caughtBy: [both],
    spoil: subscriptions((good) => ({
      async change({ add, remove }, now) {
        const { added } = await good.change({ add, remove: [] }, now);
        const { removed } = await good.change({ add: [], remove }, now);
        return { added, removed };
      },
    })),
  },
  {
    fault: 'removes although it cannot add',
    caughtBy: ['changes all or nothing'],
    spoil: subscriptions((good) => ({
      async change({ add, remove }, now) {
        const { removed } = await good.change({ add: [], remove }, now);
        return { ...(await good.change({ add, remove: [] }, now)), removed };
      },
    })),
  },
  {
    fault: 'lists whatever the messenger is',
    caughtBy: [ofSubscriptions('a messenger'), ofSubscriptions('a messenger that is not there')],
    spoil: without('messenger'),
  },
  {
    fault: 'lists whatever the type is',
    caughtBy: [ofSubscriptions('a type'), ofSubscriptions('a messenger and a type')],
    spoil: without('type'),
  },
  {
    fault: 'lists whoever the user is',
    caughtBy: [ofSubscriptions('a user'), ofSubscriptions('somebody who is not there')],
    spoil: without('userId'),
  },
  { fault: 'lists whatever the bare address is', caughtBy: [ofSubscriptions('a bare address')], spoil: without('address') },
  {
    fault: 'lists nothing without a filter',
    caughtBy: [ofSubscriptions('nothing')],
    spoil: subscriptions((good) => ({ list: (filter) => (Object.keys(filter).length === 0 ? listed([]) : good.list(filter)) })),
  },
  { fault: 'begins again from the start', caughtBy: [goingOn], spoil: without('after') },
  { fault: 'goes on to the end', caughtBy: [between], spoil: without('until') },
  {
    fault: 'leaves out the last one of a part',
    caughtBy: [between],
    spoil: subscriptions((good) => ({
      async *list(filter) {
        const last = filter.until && JSON.stringify({ ...filter.until, since: 0 });
        for await (const one of good.list(filter)) if (JSON.stringify({ ...one, since: 0 }) !== last) yield one;
      },
    })),
  },
  {
    fault: 'cuts without regard to the messenger',
    caughtBy: [cutting],
    spoil: subscriptions((good) => ({
      async *splitPoints(type, size, after) {
        let count = 0;
        for await (const one of good.list({ type, ...(after && { after }) })) if (++count % size === 0) yield one;
      },
    })),
  },
  {
    fault: 'cuts from the start again',
    caughtBy: [cutting],
    spoil: subscriptions((good) => ({ splitPoints: (type, size) => good.splitPoints(type, size) })),
  },
  {
    fault: 'goes on behind a subscription only as long as it is there',
    caughtBy: [goingOn],
    spoil: subscriptions((good) => ({
      async *list(filter) {
        if (!filter.after || (await good.has([filter.after]))[0]) yield* good.list(filter);
      },
    })),
  },
  {
    fault: 'lists the last one of a page again on the next one',
    caughtBy: [goingOn],
    spoil: subscriptions((good) => ({
      async *list(filter) {
        let count = 0;
        for await (const one of good.list(filter)) {
          yield one;
          if (++count % 5_000 === 0) yield one;
        }
      },
    })),
  },
  {
    fault: 'lists bare addresses first',
    caughtBy: ['lists users before bare addresses'],
    spoil: subscriptions((good) => ({
      list: (filter) =>
        listed(
          Array.fromAsync(good.list(filter)).then((all) =>
            all.toSorted((a, b) => Number(a.userId !== undefined) - Number(b.userId !== undefined)),
          ),
        ),
    })),
  },
  {
    fault: 'says who is there in an order of its own',
    caughtBy: ['says of each of many whether it is there, in turn'],
    spoil: subscriptions((good) => ({ has: async (keys) => [...(await good.has(keys))].sort() })),
  },
  {
    fault: 'looks whether somebody is subscribed before it subscribes',
    caughtBy: ['subscribes each of those once who are subscribed by many at the same time'],
    spoil: subscriptions((good) => ({
      async change({ add, remove }, now) {
        const there = await good.has(add);
        await aMoment();
        const { removed } = await good.change({ add, remove }, now);
        return { added: there.filter((one) => !one).length, removed };
      },
    })),
  },
  {
    fault: 'ends a subscriber at a NUL',
    caughtBy: [alike],
    spoil: subscriptions((good) => {
      const cut = <Key extends SubscriptionKey>(key: Key): Key =>
        key.userId === undefined ? key : { ...key, userId: key.userId.replace(/\0.*$/s, '') };
      return { change: ({ add, remove }, now) => good.change({ add: add.map(cut), remove }, now) };
    }),
  },
  {
    fault: 'takes users for the same whose ids differ in case',
    caughtBy: [alike],
    spoil: subscriptions((good) => ({
      async *list({ userId, ...filter }) {
        for await (const one of good.list(filter)) {
          if (userId === undefined || one.userId?.toLowerCase() === userId.toLowerCase()) yield one as Subscription;
        }
      },
    })),
  },
];

const again = 'suppresses nobody twice, be it in one call: the first reason and time stay';

export const brokenAtSuppressions: readonly Broken[] = [
  {
    fault: 'forgets why somebody is suppressed',
    caughtBy: ['keeps who is suppressed for a messenger, why and since when', ofSuppressions('a reason')],
    spoil: suppressions((good) => ({ add: (some) => good.add(some.map((one): Suppression => ({ ...one, reason: 'manual' }))) })),
  },
  {
    fault: 'takes the last reason',
    caughtBy: [again],
    spoil: suppressions((good) => ({
      async add(some) {
        await good.lift(some);
        return good.add(some);
      },
    })),
  },
  {
    fault: 'lifts for all messengers',
    caughtBy: ['lifts what is there, and nothing else; what is not there is no error'],
    spoil: suppressions((good) => ({
      async lift(keys) {
        const all = await Array.fromAsync(good.list({}));
        return good.lift(all.filter(({ address }) => keys.some((key) => key.address === address)));
      },
    })),
  },
  {
    fault: 'finds somebody as often as they are asked for',
    caughtBy: ['finds those that are suppressed among many addresses of one messenger, each of them once'],
    spoil: suppressions((good) => ({
      among: async (messenger, addresses) => (await Promise.all(addresses.map((address) => good.among(messenger, [address])))).flat(),
    })),
  },
  {
    fault: 'lists whatever the messenger is',
    caughtBy: [ofSuppressions('a messenger'), ofSuppressions('a messenger that is not there')],
    spoil: suppressions((good) => ({ list: ({ messenger: _, ...filter }) => good.list(filter) })),
  },
  {
    fault: 'lists whenever it was',
    caughtBy: [ofSuppressions('a time')],
    spoil: suppressions((good) => ({ list: ({ since: _, ...filter }) => good.list(filter) })),
  },
  {
    fault: 'lists nothing without a filter',
    caughtBy: [ofSuppressions('nothing')],
    spoil: suppressions((good) => ({ list: (filter) => (Object.keys(filter).length === 0 ? listed([]) : good.list(filter)) })),
  },
  {
    fault: 'lists one page only',
    caughtBy: ['lists 3,000 suppressions, each of them once'],
    spoil: suppressions((good) => ({ list: (filter) => listed(Array.fromAsync(good.list(filter)).then((all) => all.slice(0, 1_000))) })),
  },
  {
    fault: 'suppresses the first half of a call that breaks off',
    caughtBy: ['suppresses all or nothing, and tells addresses apart that only look alike'],
    spoil: suppressions((good) => ({
      async add(some) {
        let count = 0;
        for (const one of some) {
          const added = await good.add([one]);
          count += added;
        }
        return count;
      },
    })),
  },
];
