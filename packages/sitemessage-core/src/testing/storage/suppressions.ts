import assert from 'node:assert/strict';
import type { Suppression, SuppressionFilter, SuppressionStore } from '../../storage/suppressions.ts';
import { second, t0 } from './data.ts';
import type { Clause } from './trial.ts';

const suppression = (address: string, fields: Partial<Suppression> = {}): Suppression =>
  Object.freeze({ messenger: 'smtp', address, reason: 'gone', at: t0, ...fields });

const named = ({ messenger, address, reason, at }: Suppression): string => `${messenger} ${address} ${reason} ${at - t0}`;
const list = async (store: SuppressionStore, filter: SuppressionFilter = {}): Promise<string[]> =>
  (await Array.fromAsync(store.list(filter))).map(named).sort();

const crowd: readonly Suppression[] = [
  suppression('ann@example.com'),
  suppression('bob@example.com', { reason: 'complained', at: t0 + second }),
  suppression('ann@example.com', { messenger: 'telegram', reason: 'manual', at: t0 + 2 * second }),
];

/** What `SuppressionStore` promises. */
export const suppressing: readonly Clause[] = [
  {
    name: 'keeps who is suppressed for a messenger, why and since when',
    async check({ storage: { suppressions } }) {
      assert.equal(await suppressions.add(crowd), 3);
      assert.deepEqual(await list(suppressions), crowd.map(named).sort());
      assert.deepEqual(await suppressions.among('telegram', ['ann@example.com']), [crowd[2]]);
    },
  },
  {
    name: 'suppresses nobody twice, be it in one call: the first reason and time stay',
    async check({ storage: { suppressions } }) {
      const again = suppression('ann@example.com', { reason: 'manual', at: t0 + second });
      assert.equal(await suppressions.add([crowd[0] as Suppression, again]), 1);
      assert.equal(await suppressions.add([again, crowd[1] as Suppression]), 1);
      assert.deepEqual(await list(suppressions), [crowd[0], crowd[1]].map((one) => named(one as Suppression)).sort());
    },
  },
  {
    name: 'lifts what is there, and nothing else; what is not there is no error',
    async check({ storage: { suppressions } }) {
      await suppressions.add(crowd);
      const keys = ['ann@example.com', 'ann@example.com', 'carl@example.com'].map((address) => ({ messenger: 'smtp', address }));
      assert.equal(await suppressions.lift(keys), 1);
      assert.deepEqual(await list(suppressions), crowd.slice(1).map(named).sort());
    },
  },
  {
    name: 'finds those that are suppressed among many addresses of one messenger, each of them once',
    async check({ storage: { suppressions } }) {
      await suppressions.add(crowd);
      const addresses = Array.from({ length: 2_000 }, (_, nr) => `user${nr}@example.com`);
      await suppressions.add([suppression('user1999@example.com')]);
      const found = await suppressions.among('smtp', ['ann@example.com', ...addresses, 'ann@example.com']);
      assert.deepEqual(found.map(({ address }) => address).sort(), ['ann@example.com', 'user1999@example.com']);
      assert.deepEqual(await suppressions.among('xmpp', addresses), []);
      assert.deepEqual(await suppressions.among('smtp', []), []);
    },
  },
  ...(
    [
      ['nothing', {}, crowd],
      ['a messenger', { messenger: 'smtp' }, crowd.slice(0, 2)],
      ['a reason', { reason: 'complained' }, [crowd[1]]],
      ['a time', { since: t0 + second }, crowd.slice(1)],
      ['a messenger that is not there', { messenger: 'xmpp' }, []],
    ] as const
  ).map(
    ([what, filter, expected]): Clause => ({
      name: `lists the suppressions that match a filter of ${what}`,
      async check({ storage: { suppressions } }) {
        await suppressions.add(crowd);
        assert.deepEqual(await list(suppressions, filter), expected.map((one) => named(one as Suppression)).sort());
      },
    }),
  ),
  {
    name: 'lists 3,000 suppressions, each of them once',
    async check({ storage: { suppressions } }) {
      await suppressions.add(Array.from({ length: 3_000 }, (_, nr) => suppression(`user${nr}@example.com`)));
      const all = await list(suppressions);
      assert.equal(all.length, 3_000);
      assert.equal(new Set(all).size, 3_000);
    },
  },
  {
    name: 'suppresses all or nothing, and tells addresses apart that only look alike',
    async check({ storage: { suppressions } }) {
      const broken = Object.defineProperty({ messenger: 'smtp', reason: 'gone', at: t0 }, 'address', {
        enumerable: true,
        get() {
          throw new Error('This cannot be read.');
        },
      }) as unknown as Suppression;
      await assert.rejects(suppressions.add([suppression('a'), broken]));
      assert.deepEqual(await list(suppressions), []);
      await suppressions.add(['a', 'A', 'a ', '%', 'é'].map((address) => suppression(address)));
      assert.deepEqual(
        (await suppressions.among('smtp', ['a', 'e\u0301', '_', 'a\0b', '\ud83d'])).map(({ address }) => address),
        ['a'],
      );
    },
  },
];
