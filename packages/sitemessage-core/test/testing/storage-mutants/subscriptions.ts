import type { Storage } from '../../../src/storage/port.ts';
import type { Subscription, SubscriptionFilter, SubscriptionKey, SubscriptionStore } from '../../../src/storage/subscriptions.ts';
import { listed, type Mutant, type Mutation, yieldToOthers } from './mutate.ts';

const subscriptions =
  (mutate: (good: SubscriptionStore) => Partial<SubscriptionStore>): Mutation =>
  (storage: Storage) => ({ ...storage, subscriptions: { ...storage.subscriptions, ...mutate(storage.subscriptions) } });

/** Changes every filter of `list`. */
const changeFilter = (change: (filter: SubscriptionFilter) => SubscriptionFilter): Mutation =>
  subscriptions((good) => ({ list: (filter) => good.list(change(filter)) }));

const without = (name: keyof SubscriptionFilter) =>
  changeFilter((filter) => {
    const { [name]: _, ...rest } = filter;
    return rest;
  });

const ofSubscriptions = (what: string): string => `lists subscriptions by ${what}`;
const apart = 'stores subscriptions of users and of bare addresses separately, with their time';
const nobodyTwice = 'stores a repeated subscription once, and keeps its first time';
const removal = 'removes existing subscriptions, and ignores unknown ones';
const both = 'removes before it adds, and counts both';
const goingOn = 'lists 12,000 subscriptions once each, and continues after any key, also a removed one';
const between = 'lists the range after one key and until another, with any filter';
const cutting = 'cuts a long list behind every so many of one type and messenger';
const alike = 'distinguishes subscribers that look alike, and keeps or refuses invalid text';

const asBare = ({ messenger, type, userId, address }: SubscriptionKey): SubscriptionKey => ({
  messenger,
  type,
  address: userId ?? (address as string),
});

export const subscriptionMutants: readonly Mutant[] = [
  {
    fault: 'stores a user as a bare address',
    caughtBy: [apart, alike],
    mutate: subscriptions((good) => ({
      change: ({ add, remove }, now) => good.change({ add: add.map(asBare), remove: remove.map(asBare) }, now),
    })),
  },
  {
    fault: 'updates the time of a repeated subscription',
    caughtBy: [nobodyTwice],
    mutate: subscriptions((good) => ({
      async change({ add, remove }, now) {
        const { added } = await good.change({ add, remove: [] }, now);
        await good.change({ add: [], remove: add }, now);
        await good.change({ add, remove }, now);
        return { added, removed: 0 };
      },
    })),
  },
  {
    fault: 'counts known subscriptions as added',
    caughtBy: [nobodyTwice, 'stores each subscription once in 8 concurrent calls'],
    mutate: subscriptions((good) => ({
      change: async (change, now) => ({ ...(await good.change(change, now)), added: change.add.length }),
    })),
  },
  {
    fault: 'removes a user from all messengers',
    caughtBy: [removal],
    mutate: subscriptions((good) => ({
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
    mutate: subscriptions((good) => ({
      async change(change, now) {
        if ((await good.has(change.remove)).includes(false)) throw new Error('not subscribed');
        return good.change(change, now);
      },
    })),
  },
  {
    fault: 'adds before it removes',
    caughtBy: [both],
    mutate: subscriptions((good) => ({
      async change({ add, remove }, now) {
        const { added } = await good.change({ add, remove: [] }, now);
        const { removed } = await good.change({ add: [], remove }, now);
        return { added, removed };
      },
    })),
  },
  {
    fault: 'removes before it reads the additions',
    caughtBy: ['changes all or nothing'],
    mutate: subscriptions((good) => ({
      async change({ add, remove }, now) {
        const { removed } = await good.change({ add: [], remove }, now);
        return { ...(await good.change({ add, remove: [] }, now)), removed };
      },
    })),
  },
  {
    fault: 'ignores messenger in a filter',
    caughtBy: [ofSubscriptions('messenger'), ofSubscriptions('an unknown messenger')],
    mutate: without('messenger'),
  },
  {
    fault: 'ignores type in a filter',
    caughtBy: [ofSubscriptions('type'), ofSubscriptions('messenger and type')],
    mutate: without('type'),
  },
  {
    fault: 'ignores userId in a filter',
    caughtBy: [ofSubscriptions('user'), ofSubscriptions('an unknown user')],
    mutate: without('userId'),
  },
  { fault: 'ignores address in a filter', caughtBy: [ofSubscriptions('bare address')], mutate: without('address') },
  {
    fault: 'lists nothing without a filter',
    caughtBy: [ofSubscriptions('an empty filter')],
    mutate: subscriptions((good) => ({ list: (filter) => (Object.keys(filter).length === 0 ? listed([]) : good.list(filter)) })),
  },
  { fault: 'ignores after in a filter', caughtBy: [goingOn], mutate: without('after') },
  { fault: 'ignores until in a filter', caughtBy: [between], mutate: without('until') },
  {
    fault: 'leaves out the subscription at until',
    caughtBy: [between],
    mutate: subscriptions((good) => ({
      async *list(filter) {
        const last = filter.until && JSON.stringify({ ...filter.until, since: 0 });
        for await (const one of good.list(filter)) if (JSON.stringify({ ...one, since: 0 }) !== last) yield one;
      },
    })),
  },
  {
    fault: 'ignores the messenger for split points',
    caughtBy: [cutting],
    mutate: subscriptions((good) => ({
      async *splitPoints(type, size, after) {
        let count = 0;
        for await (const one of good.list({ type, ...(after && { after }) })) if (++count % size === 0) yield one;
      },
    })),
  },
  {
    fault: 'ignores after for split points',
    caughtBy: [cutting],
    mutate: subscriptions((good) => ({ splitPoints: (type, size) => good.splitPoints(type, size) })),
  },
  {
    fault: 'continues only after a subscription that exists',
    caughtBy: [goingOn],
    mutate: subscriptions((good) => ({
      async *list(filter) {
        if (!filter.after || (await good.has([filter.after]))[0]) yield* good.list(filter);
      },
    })),
  },
  {
    fault: 'lists the last subscription of a page twice',
    caughtBy: [goingOn],
    mutate: subscriptions((good) => ({
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
    mutate: subscriptions((good) => ({
      list: (filter) =>
        listed(
          Array.fromAsync(good.list(filter)).then((all) =>
            all.toSorted((a, b) => Number(a.userId !== undefined) - Number(b.userId !== undefined)),
          ),
        ),
    })),
  },
  {
    fault: 'answers has in another order',
    caughtBy: ['answers has for each key, in their order'],
    mutate: subscriptions((good) => ({ has: async (keys) => [...(await good.has(keys))].sort() })),
  },
  {
    fault: 'checks for a subscription before its transaction',
    caughtBy: ['stores each subscription once in 8 concurrent calls'],
    mutate: subscriptions((good) => ({
      async change({ add, remove }, now) {
        const there = await good.has(add);
        await yieldToOthers();
        const { removed } = await good.change({ add, remove }, now);
        return { added: there.filter((one) => !one).length, removed };
      },
    })),
  },
  {
    fault: 'cuts a subscriber at a NUL',
    caughtBy: [alike],
    mutate: subscriptions((good) => {
      const cut = <Key extends SubscriptionKey>(key: Key): Key =>
        key.userId === undefined ? key : { ...key, userId: key.userId.replace(/\0.*$/s, '') };
      return { change: ({ add, remove }, now) => good.change({ add: add.map(cut), remove }, now) };
    }),
  },
  {
    fault: 'compares user ids without case',
    caughtBy: [alike],
    mutate: subscriptions((good) => ({
      async *list({ userId, ...filter }) {
        for await (const one of good.list(filter)) {
          if (userId === undefined || one.userId?.toLowerCase() === userId.toLowerCase()) yield one as Subscription;
        }
      },
    })),
  },
];
