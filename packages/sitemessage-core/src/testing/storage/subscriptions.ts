import assert from 'node:assert/strict';
import type { Subscription, SubscriptionFilter, SubscriptionKey, SubscriptionStore } from '../../storage/subscriptions.ts';
import { second, t0 } from './data.ts';
import type { StorageTest } from './fixture.ts';

const user = (userId: string, messenger = 'smtp', type = 'news'): SubscriptionKey => Object.freeze({ messenger, type, userId });
const bare = (address: string, messenger = 'smtp', type = 'news'): SubscriptionKey => Object.freeze({ messenger, type, address });

const labelOf = ({ messenger, type, userId, address }: SubscriptionKey): string => `${messenger} ${type} ${userId ?? `<${address}>`}`;
const list = async (store: SubscriptionStore, filter: SubscriptionFilter = {}): Promise<string[]> =>
  (await Array.fromAsync(store.list(filter))).map(labelOf);
const sorted = (keys: readonly SubscriptionKey[]): string[] => keys.map(labelOf).sort();

const samples: readonly SubscriptionKey[] = [
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

/** Tests of `SubscriptionStore`. */
export const subscriptionTests: readonly StorageTest[] = [
  {
    name: 'stores subscriptions of users and of bare addresses separately, with their time',
    async check({ storage: { subscriptions } }) {
      assert.deepEqual(await change(subscriptions, samples), { added: 7, removed: 0 });
      assert.deepEqual((await list(subscriptions)).sort(), sorted(samples));
      const [one] = await Array.fromAsync(subscriptions.list({ userId: '2' }));
      assert.deepEqual(one, { messenger: 'smtp', type: 'news', userId: '2', since: t0 } satisfies Subscription);
    },
  },
  {
    name: 'stores a repeated subscription once, and keeps its first time',
    async check({ storage: { subscriptions } }) {
      assert.deepEqual(await change(subscriptions, [user('1'), bare('1'), user('1')]), { added: 2, removed: 0 });
      assert.deepEqual(await change(subscriptions, [user('1'), user('2')], [], t0 + second), { added: 1, removed: 0 });
      const since = (await Array.fromAsync(subscriptions.list({ userId: '1' }))).map((one) => one.since);
      assert.deepEqual(since, [t0]);
    },
  },
  {
    name: 'removes existing subscriptions, and ignores unknown ones',
    async check({ storage: { subscriptions } }) {
      await change(subscriptions, samples);
      const gone = [user('1'), user('1'), bare('1'), user('3'), bare('bob@example.com'), user('1', 'xmpp'), user('1', 'smtp', 'other')];
      assert.deepEqual(await change(subscriptions, [], gone), { added: 0, removed: 2 });
      assert.deepEqual(
        (await list(subscriptions)).sort(),
        sorted(samples.filter((key) => !['smtp news 1', 'smtp news <1>'].includes(labelOf(key)))),
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
      ['an empty filter', {}, samples],
      ['messenger', { messenger: 'telegram' }, samples.filter(({ messenger }) => messenger === 'telegram')],
      ['type', { type: 'alerts' }, samples.filter(({ type }) => type === 'alerts')],
      ['user', { userId: '1' }, samples.filter(({ userId }) => userId === '1')],
      ['bare address', { address: '1' }, [bare('1')]],
      ['messenger and type', { messenger: 'smtp', type: 'alerts' }, [user('1', 'smtp', 'alerts')]],
      ['an unknown user', { userId: 'ann@example.com' }, []],
      ['an unknown messenger', { messenger: 'xmpp' }, []],
    ] as const
  ).map(
    ([what, filter, expected]): StorageTest => ({
      name: `lists subscriptions by ${what}`,
      async check({ storage: { subscriptions } }) {
        await change(subscriptions, samples);
        assert.deepEqual((await list(subscriptions, filter)).sort(), sorted(expected));
      },
    }),
  ),
  {
    name: 'lists 12,000 subscriptions once each, and continues after any key, also a removed one',
    async check({ storage: { subscriptions } }) {
      const many = Array.from({ length: 12_000 }, (_, nr) => (nr % 3 === 0 ? bare(`user${nr}@example.com`) : user(String(nr))));
      await change(subscriptions, [...many, user('1', 'smtp', 'alerts')]);
      const all = await Array.fromAsync(subscriptions.list({ type: 'news' }));
      assert.equal(new Set(all.map(labelOf)).size, 12_000);
      assert.equal(all.length, 12_000);
      for (const place of [0, 1, 4_999, 5_000, 11_998, 11_999]) {
        const after = all[place] as Subscription;
        assert.deepEqual(await list(subscriptions, { type: 'news', after }), all.slice(place + 1).map(labelOf));
      }
      await change(subscriptions, [], [all[6_000] as Subscription]);
      assert.deepEqual(await list(subscriptions, { type: 'news', after: all[6_000] as Subscription }), all.slice(6_001).map(labelOf));
    },
  },
  {
    name: 'lists the range after one key and until another, with any filter',
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
            all.flatMap((one, place) => (place > from && place <= to && isThere(place) && matching.has(labelOf(one)) ? labelOf(one) : []));
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
        (await Array.fromAsync(subscriptions.splitPoints('news', size, after))).map(labelOf);
      const everyFifth = new Set([smtp[4], smtp[9], xmpp[4], xmpp[9]].map((one) => labelOf(one as Subscription)));
      const all = await list(subscriptions, { type: 'news' });
      assert.deepEqual(
        await splitPoints(5),
        all.filter((one) => everyFifth.has(one)),
      );
      assert.deepEqual(await splitPoints(1), all);
      assert.deepEqual(await splitPoints(13), []);
      assert.deepEqual(
        (await splitPoints(5, smtp[6])).filter((one) => one.startsWith('smtp')),
        [labelOf(smtp[11] as Subscription)],
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
    name: 'answers has for each key, in their order',
    async check({ storage: { subscriptions } }) {
      await change(subscriptions, samples);
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
    name: 'stores each subscription once in 8 concurrent calls',
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
    name: 'distinguishes subscribers that look alike, and keeps or refuses invalid text',
    async check({ storage: { subscriptions } }) {
      const alike = ['a', 'A', 'a ', 'é', 'e\u0301', '', '01', '1', "' or 1=1 --", '%'];
      await change(
        subscriptions,
        alike.flatMap((text) => [user(text), bare(text)]),
      );
      for (const text of alike) {
        assert.deepEqual(await list(subscriptions, { userId: text }), [labelOf(user(text))]);
        assert.deepEqual(await list(subscriptions, { address: text }), [labelOf(bare(text))]);
      }
      for (const text of ['before\0after', 'half \ud83d of a pair']) {
        assert.deepEqual(await subscriptions.has([user(text), user('before'), user('half \ufffd of a pair')]), [false, false, false]);
        const kept = await change(subscriptions, [user(text)]).then(
          () => true,
          () => false,
        );
        assert.deepEqual(await subscriptions.has([user(text)]), [kept]);
        assert.deepEqual(await list(subscriptions, { userId: text }), kept ? [labelOf(user(text))] : []);
      }
    },
  },
];
