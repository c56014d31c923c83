import assert from 'node:assert/strict';
import type { Subscription, SubscriptionFilter, SubscriptionKey, SubscriptionStore } from '../../storage/subscriptions.ts';
import { second, t0 } from './data.ts';
import type { Clause } from './trial.ts';

const user = (userId: string, messenger = 'smtp', type = 'news'): SubscriptionKey => Object.freeze({ messenger, type, userId });
const bare = (address: string, messenger = 'smtp', type = 'news'): SubscriptionKey => Object.freeze({ messenger, type, address });

const named = ({ messenger, type, userId, address }: SubscriptionKey): string => `${messenger} ${type} ${userId ?? `<${address}>`}`;
const list = async (store: SubscriptionStore, filter: SubscriptionFilter = {}): Promise<string[]> =>
  (await Array.fromAsync(store.list(filter))).map(named);
const sorted = (keys: readonly SubscriptionKey[]): string[] => keys.map(named).sort();

const crowd: readonly SubscriptionKey[] = [
  user('1'),
  user('2'),
  user('1', 'telegram'),
  user('1', 'smtp', 'alerts'),
  bare('ann@example.com'),
  bare('1'),
  bare('ann@example.com', 'telegram', 'alerts'),
];

const change = (store: SubscriptionStore, add: readonly SubscriptionKey[], remove: readonly SubscriptionKey[] = [], now = t0) =>
  store.change({ add, remove }, now);

/** What `SubscriptionStore` promises. */
export const subscribing: readonly Clause[] = [
  {
    name: 'keeps who is subscribed, users and bare addresses apart, and since when',
    async check({ storage: { subscriptions } }) {
      assert.deepEqual(await change(subscriptions, crowd), { added: 7, removed: 0 });
      assert.deepEqual((await list(subscriptions)).sort(), sorted(crowd));
      const [one] = await Array.fromAsync(subscriptions.list({ userId: '2' }));
      assert.deepEqual(one, { messenger: 'smtp', type: 'news', userId: '2', since: t0 } satisfies Subscription);
    },
  },
  {
    name: 'subscribes nobody twice, be it in one call, and keeps since when',
    async check({ storage: { subscriptions } }) {
      assert.deepEqual(await change(subscriptions, [user('1'), bare('1'), user('1')]), { added: 2, removed: 0 });
      assert.deepEqual(await change(subscriptions, [user('1'), user('2')], [], t0 + second), { added: 1, removed: 0 });
      const since = (await Array.fromAsync(subscriptions.list({ userId: '1' }))).map((one) => one.since);
      assert.deepEqual(since, [t0]);
    },
  },
  {
    name: 'removes what is there, and nothing else; what is not there is no error',
    async check({ storage: { subscriptions } }) {
      await change(subscriptions, crowd);
      const gone = [user('1'), user('1'), bare('1'), user('3'), bare('bob@example.com'), user('1', 'xmpp'), user('1', 'smtp', 'other')];
      assert.deepEqual(await change(subscriptions, [], gone), { added: 0, removed: 2 });
      assert.deepEqual(
        (await list(subscriptions)).sort(),
        sorted(crowd.filter((key) => !['smtp news 1', 'smtp news <1>'].includes(named(key)))),
      );
    },
  },
  {
    name: 'removes before it adds, and counts both',
    async check({ storage: { subscriptions } }) {
      await change(subscriptions, [user('1'), user('2')]);
      const added = await change(subscriptions, [user('1'), user('3')], [user('1'), user('2')], t0 + second);
      assert.deepEqual(added, { added: 2, removed: 2 });
      const all = await Array.fromAsync(subscriptions.list({}));
      assert.deepEqual(
        all.map(({ userId, since }) => [userId, since]),
        [
          ['1', t0 + second],
          ['3', t0 + second],
        ],
      );
    },
  },
  {
    name: 'changes all or nothing',
    async check({ storage: { subscriptions } }) {
      await change(subscriptions, [user('1')]);
      const broken = Object.defineProperty({ messenger: 'smtp', type: 'news' }, 'userId', {
        enumerable: true,
        get() {
          throw new Error('This cannot be read.');
        },
      }) as unknown as SubscriptionKey;
      await assert.rejects(change(subscriptions, [user('2'), broken], [user('1')]));
      await assert.rejects(change(subscriptions, [user('2')], [user('1'), broken]));
      assert.deepEqual(await list(subscriptions), ['smtp news 1']);
    },
  },
  ...(
    [
      ['nothing', {}, crowd],
      ['a messenger', { messenger: 'telegram' }, crowd.filter(({ messenger }) => messenger === 'telegram')],
      ['a type', { type: 'alerts' }, crowd.filter(({ type }) => type === 'alerts')],
      ['a user', { userId: '1' }, crowd.filter(({ userId }) => userId === '1')],
      ['a bare address', { address: '1' }, [bare('1')]],
      ['a messenger and a type', { messenger: 'smtp', type: 'alerts' }, [user('1', 'smtp', 'alerts')]],
      ['somebody who is not there', { userId: 'ann@example.com' }, []],
      ['a messenger that is not there', { messenger: 'xmpp' }, []],
    ] as const
  ).map(
    ([what, filter, expected]): Clause => ({
      name: `lists the subscriptions that match a filter of ${what}`,
      async check({ storage: { subscriptions } }) {
        await change(subscriptions, crowd);
        assert.deepEqual((await list(subscriptions, filter)).sort(), sorted(expected));
      },
    }),
  ),
  {
    name: 'lists 12,000 subscriptions, each of them once, and goes on behind any of them, be it there still or not',
    async check({ storage: { subscriptions } }) {
      const many = Array.from({ length: 12_000 }, (_, nr) => (nr % 3 === 0 ? bare(`user${nr}@example.com`) : user(String(nr))));
      await change(subscriptions, [...many, user('1', 'smtp', 'alerts')]);
      const all = await Array.fromAsync(subscriptions.list({ type: 'news' }));
      assert.equal(new Set(all.map(named)).size, 12_000);
      assert.equal(all.length, 12_000);
      for (const place of [0, 1, 4_999, 5_000, 11_998, 11_999]) {
        const after = all[place] as Subscription;
        assert.deepEqual(await list(subscriptions, { type: 'news', after }), all.slice(place + 1).map(named));
      }
      await change(subscriptions, [], [all[6_000] as Subscription]);
      assert.deepEqual(await list(subscriptions, { type: 'news', after: all[6_000] as Subscription }), all.slice(6_001).map(named));
    },
  },
  {
    name: 'lists what is behind one and comes up to another, whatever else is asked for, and be they there still or not',
    async check({ storage: { subscriptions } }) {
      const several = ['smtp', 'telegram', 'xmpp'].flatMap((messenger) =>
        ['news', 'alerts'].flatMap((type) => ['0', '1', '2'].flatMap((who) => [user(who, messenger, type), bare(who, messenger, type)])),
      );
      await change(subscriptions, several);
      const all = await Array.fromAsync(subscriptions.list({}));
      const filters: readonly SubscriptionFilter[] = [{}, { type: 'news' }, { messenger: 'telegram' }, { userId: '1' }, { address: '1' }];
      const checkAll = async (isThere: (place: number) => boolean): Promise<void> => {
        for (const filter of filters) {
          const matching = new Set(await list(subscriptions, filter));
          const between = (from: number, to: number): readonly string[] =>
            all.flatMap((one, place) => (place > from && place <= to && isThere(place) && matching.has(named(one)) ? named(one) : []));
          for (const [from, to] of [
            [0, 35],
            [4, 5],
            [3, 16],
            [11, 29],
            [12, 12],
            [20, 10],
          ] as const) {
            const [after, until] = [all[from] as Subscription, all[to] as Subscription];
            assert.deepEqual(await list(subscriptions, { ...filter, after, until }), between(from, to));
            assert.deepEqual(await list(subscriptions, { ...filter, until }), between(-1, to));
          }
        }
      };
      await checkAll(() => true);
      const gone = [5, 12, 16, 29];
      await change(
        subscriptions,
        [],
        gone.map((place) => all[place] as Subscription),
      );
      await checkAll((place) => !gone.includes(place));
    },
  },
  {
    name: 'cuts a long list behind every so many of one type and messenger',
    async check({ storage: { subscriptions } }) {
      const many = (count: number, messenger: string): SubscriptionKey[] =>
        Array.from({ length: count }, (_, nr) => (nr % 3 === 0 ? bare(String(nr), messenger) : user(String(nr), messenger)));
      await change(subscriptions, [...many(12, 'smtp'), ...many(4, 'telegram'), ...many(10, 'xmpp'), user('1', 'smtp', 'alerts')]);
      const of = (messenger: string) => Array.fromAsync(subscriptions.list({ type: 'news', messenger }));
      const [smtp, xmpp] = [await of('smtp'), await of('xmpp')];
      const splitPoints = async (size: number, after?: SubscriptionKey): Promise<string[]> =>
        (await Array.fromAsync(subscriptions.splitPoints('news', size, after))).map(named);
      const everyFifth = new Set([smtp[4], smtp[9], xmpp[4], xmpp[9]].map((one) => named(one as Subscription)));
      const all = await list(subscriptions, { type: 'news' });
      assert.deepEqual(
        await splitPoints(5),
        all.filter((one) => everyFifth.has(one)),
      );
      assert.deepEqual(await splitPoints(1), all);
      assert.deepEqual(await splitPoints(13), []);
      assert.deepEqual(
        (await splitPoints(5, smtp[6])).filter((one) => one.startsWith('smtp')),
        [named(smtp[11] as Subscription)],
      );
      assert.deepEqual(await splitPoints(1, (await Array.fromAsync(subscriptions.list({ type: 'news' }))).at(-1)), []);
    },
  },
  {
    name: 'lists users before bare addresses',
    async check({ storage: { subscriptions } }) {
      await change(subscriptions, [bare('0'), user('9'), bare('a'), user('0'), user('z'), bare('9')]);
      const all = await Array.fromAsync(subscriptions.list({ messenger: 'smtp', type: 'news' }));
      assert.deepEqual(
        all.map(({ userId }) => userId !== undefined),
        [true, true, true, false, false, false],
      );
    },
  },
  {
    name: 'says of each of many whether it is there, in turn',
    async check({ storage: { subscriptions } }) {
      await change(subscriptions, crowd);
      const asked = [
        user('1'),
        user('3'),
        bare('1'),
        bare('2'),
        user('2', 'telegram'),
        user('1', 'telegram'),
        user('1'),
        user('1', 'a', 'b'),
      ];
      assert.deepEqual(await subscriptions.has(asked), [true, false, true, false, false, true, true, false]);
      assert.deepEqual(await subscriptions.has([]), []);
    },
  },
  {
    name: 'subscribes each of those once who are subscribed by many at the same time',
    async check({ storage: { subscriptions } }) {
      const keys = Array.from({ length: 50 }, (_, nr) => user(String(nr)));
      const counts = await Promise.all(
        Array.from({ length: 8 }, (_, nr) => change(subscriptions, nr % 2 === 0 ? keys : keys.toReversed())),
      );
      assert.equal(
        counts.reduce((sum, { added }) => sum + added, 0),
        50,
      );
      assert.equal((await list(subscriptions)).length, 50);
    },
  },
  {
    name: 'tells subscribers apart that only look alike, and keeps hostile ones or refuses them',
    async check({ storage: { subscriptions } }) {
      const alike = ['a', 'A', 'a ', 'é', 'e\u0301', '', '01', '1', "' or 1=1 --", '%'];
      await change(
        subscriptions,
        alike.flatMap((text) => [user(text), bare(text)]),
      );
      for (const text of alike) {
        assert.deepEqual(await list(subscriptions, { userId: text }), [named(user(text))]);
        assert.deepEqual(await list(subscriptions, { address: text }), [named(bare(text))]);
      }
      for (const text of ['before\0after', 'half \ud83d of a pair']) {
        assert.deepEqual(await subscriptions.has([user(text), user('before'), user('half \ufffd of a pair')]), [false, false, false]);
        const kept = await change(subscriptions, [user(text)]).then(
          () => true,
          () => false,
        );
        assert.deepEqual(await subscriptions.has([user(text)]), [kept]);
        assert.deepEqual(await list(subscriptions, { userId: text }), kept ? [named(user(text))] : []);
      }
    },
  },
];
