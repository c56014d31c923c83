import type { AnyMessenger, Limit } from '../../../src/index.ts';
import type { MessengerUnderTest } from '../../../src/testing/index.ts';
import { type Mutant, messenger } from './mutate.ts';

const harness = 'is tested with two or more addresses and with secrets of 4 or more characters';
const names = 'has an alias, a title and a lower-case protocol';
const sums = 'has a valid concurrency and timeout';
const retries = 'has a valid retry policy, or none';
const limits = 'returns valid and stable rate limits for each address';

const tried = (fault: string, change: (underTest: MessengerUnderTest) => Partial<MessengerUnderTest>): Mutant => ({
  fault,
  caughtBy: [harness],
  mutate: (underTest) => ({ ...underTest, ...change(underTest) }),
});

const wrong = (fault: string, sentence: string, part: { readonly [Field in keyof AnyMessenger]?: unknown }): Mutant => ({
  fault,
  caughtBy: [sentence],
  mutate: messenger(() => part as Partial<AnyMessenger>),
});

const retry = { firstMs: 1_000, factor: 2, maxMs: 60_000 };
const limit: Limit = { key: 'all', intervalMs: 1_000, burst: 1 };

export const definitionMutants: readonly Mutant[] = [
  tried('is tried with one address', ({ addresses }) => ({ addresses: addresses.slice(0, 1) })),
  tried('is tried with one address twice', ({ addresses }) => ({ addresses: [...addresses, ...addresses] })),
  tried('is tried with a secret of three letters', () => ({ secrets: ['abc'] })),
  wrong('has a number for an alias', names, { alias: 7 }),
  wrong('has the alias of all messengers', names, { alias: '*' }),
  wrong('has a protocol in capitals', names, { protocol: 'Loopback' }),
  wrong('has no title', names, { title: ' ' }),
  wrong('does not say whether users may subscribe', names, { allowUserSubscription: undefined }),
  wrong('has a concurrency of half a send', sums, { concurrency: 0.5 }),
  wrong('has a timeout of nothing', sums, { timeoutMs: 0 }),
  wrong('has a timeout that no timer can count', sums, { timeoutMs: 2 ** 31 }),
  wrong('has a retry policy that does not wait', retries, { retry: { ...retry, firstMs: 0 } }),
  wrong('has a retry policy that grows shorter', retries, { retry: { ...retry, factor: 0.5 } }),
  wrong('has a retry policy that ends before it begins', retries, { retry: { ...retry, maxMs: 10 } }),
  wrong('has one limit instead of a list', limits, { limits: () => ({ ...limit, [Symbol.iterator]: () => [].values() }) }),
  wrong('has a limit without a key', limits, { limits: () => [{ ...limit, key: '' }] }),
  wrong('has a limit of a fraction of a millisecond', limits, { limits: () => [{ ...limit, intervalMs: 1_000 / 30 }] }),
  wrong('has a limit that lets nothing through', limits, { limits: () => [{ ...limit, burst: 0 }] }),
  wrong('has two limits with one key', limits, { limits: () => [limit, { ...limit, intervalMs: 60_000 }] }),
  {
    fault: 'has a new key for a limit every time',
    caughtBy: [limits],
    mutate: (underTest) => {
      let count = 0;
      return messenger(() => ({
        limits() {
          count += 1;
          return [{ ...limit, key: `all ${count}` }];
        },
      }))(underTest);
    },
  },
];
