import assert from 'node:assert/strict';
import type { Suppression, SuppressionFilter, SuppressionStore } from '../../storage/suppressions.ts';
import { second, t0 } from './data.ts';
import type { StorageTest } from './fixture.ts';

const suppression = (address: string, fields: Partial<Suppression> = {}): Suppression =>
  Object.freeze({ messenger: 'smtp', address, reason: 'gone', at: t0, ...fields });

const labelOf = ({ messenger, address, reason, at }: Suppression): string => `${messenger} ${address} ${reason} ${at - t0}`;
const list = async (store: SuppressionStore, filter: SuppressionFilter = {}): Promise<string[]> =>
  (await Array.fromAsync(store.list(filter))).map(labelOf).sort();

const samples: readonly Suppression[] = [
  suppression('ann@example.com'),
  suppression('bob@example.com', { reason: 'complained', at: t0 + second }),
  suppression('ann@example.com', { messenger: 'telegram', reason: 'manual', at: t0 + 2 * second }),
];

/** Tests of `SuppressionStore`. */
export const suppressionTests: readonly StorageTest[] = [
  {
    name: 'stores suppressions with messenger, reason and time',
    async check({ storage: { suppressions } }) {
      assert.equal(await suppressions.add(samples), 3);
      assert.deepEqual(await list(suppressions), samples.map(labelOf).sort());
      assert.deepEqual(await suppressions.among('telegram', ['ann@example.com']), [samples[2]]);
    },
  },
  {
    name: 'stores a repeated suppression once, and keeps its first reason and time',
    async check({ storage: { suppressions } }) {
      const again = suppression('ann@example.com', { reason: 'manual', at: t0 + second });
      assert.equal(await suppressions.add([samples[0] as Suppression, again]), 1);
      assert.equal(await suppressions.add([again, samples[1] as Suppression]), 1);
      assert.deepEqual(await list(suppressions), [samples[0], samples[1]].map((one) => labelOf(one as Suppression)).sort());
    },
  },
  {
    name: 'lifts existing suppressions, and ignores unknown ones',
    async check({ storage: { suppressions } }) {
      await suppressions.add(samples);
      const keys = ['ann@example.com', 'ann@example.com', 'carl@example.com'].map((address) => ({ messenger: 'smtp', address }));
      assert.equal(await suppressions.lift(keys), 1);
      assert.deepEqual(await list(suppressions), samples.slice(1).map(labelOf).sort());
    },
  },
  {
    name: 'returns each suppressed address among 2,000 once',
    async check({ storage: { suppressions } }) {
      await suppressions.add(samples);
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
      ['an empty filter', {}, samples],
      ['messenger', { messenger: 'smtp' }, samples.slice(0, 2)],
      ['reason', { reason: 'complained' }, [samples[1]]],
      ['since', { since: t0 + second }, samples.slice(1)],
      ['an unknown messenger', { messenger: 'xmpp' }, []],
    ] as const
  ).map(
    ([what, filter, expected]): StorageTest => ({
      name: `lists suppressions by ${what}`,
      async check({ storage: { suppressions } }) {
        await suppressions.add(samples);
        assert.deepEqual(await list(suppressions, filter), expected.map((one) => labelOf(one as Suppression)).sort());
      },
    }),
  ),
  {
    name: 'lists 3,000 suppressions once each',
    async check({ storage: { suppressions } }) {
      await suppressions.add(Array.from({ length: 3_000 }, (_, nr) => suppression(`user${nr}@example.com`)));
      const all = await list(suppressions);
      assert.equal(all.length, 3_000);
      assert.equal(new Set(all).size, 3_000);
    },
  },
  {
    name: 'adds all or nothing, and distinguishes addresses that look alike',
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
