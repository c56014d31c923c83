import type { AnyMessenger, Limit } from '../../../src/index.ts';
import type { MessengerUnderTest } from '../../../src/testing/index.ts';
import { type Mutant, messenger } from './mutate.ts';

const harness = 'is tested with two or more addresses and with secrets of 4 or more characters';
const names = 'has an alias, a title and a lower-case protocol';
const sums = 'has a valid concurrency and timeout';
const retries = 'has a valid retry policy, or none';
const limits = 'returns valid and stable rate limits for each address';

const fixtureMutant = (fault: string, change: (underTest: MessengerUnderTest) => Partial<MessengerUnderTest>): Mutant => ({
  fault,
  caughtBy: [harness],
  mutate: (underTest) => ({ ...underTest, ...change(underTest) }),
});

const definitionMutant = (fault: string, sentence: string, part: { readonly [Field in keyof AnyMessenger]?: unknown }): Mutant => ({
  fault,
  caughtBy: [sentence],
  mutate: messenger(() => part as Partial<AnyMessenger>),
});

const retry = { firstMs: 1_000, factor: 2, maxMs: 60_000 };
const limit: Limit = { key: 'all', intervalMs: 1_000, burst: 1 };

export const definitionMutants: readonly Mutant[] = [
  fixtureMutant('is tested with one address', ({ addresses }) => ({ addresses: addresses.slice(0, 1) })),
  fixtureMutant('is tested with the same address twice', ({ addresses }) => ({ addresses: [...addresses, ...addresses] })),
  fixtureMutant('is tested with a secret of three letters', () => ({ secrets: ['abc'] })),
  definitionMutant('has a number for an alias', names, { alias: 7 }),
  definitionMutant('has the alias of all messengers', names, { alias: '*' }),
  definitionMutant('has an upper-case protocol', names, { protocol: 'Loopback' }),
  definitionMutant('has no title', names, { title: ' ' }),
  definitionMutant('has no allowUserSubscription', names, { allowUserSubscription: undefined }),
  definitionMutant('has a concurrency of 0.5', sums, { concurrency: 0.5 }),
  definitionMutant('has a timeout of 0', sums, { timeoutMs: 0 }),
  definitionMutant('has a timeout longer than a timer allows', sums, { timeoutMs: 2 ** 31 }),
  definitionMutant('has a retry policy that does not wait', retries, { retry: { ...retry, firstMs: 0 } }),
  definitionMutant('has a retry policy with a factor below 1', retries, { retry: { ...retry, factor: 0.5 } }),
  definitionMutant('has a retry policy with maxMs below firstMs', retries, { retry: { ...retry, maxMs: 10 } }),
  definitionMutant('has one limit instead of a list', limits, { limits: () => ({ ...limit, [Symbol.iterator]: () => [].values() }) }),
  definitionMutant('has a limit without a key', limits, { limits: () => [{ ...limit, key: '' }] }),
  definitionMutant('has a limit of a fraction of a millisecond', limits, { limits: () => [{ ...limit, intervalMs: 1_000 / 30 }] }),
  definitionMutant('has a limit with burst 0', limits, { limits: () => [{ ...limit, burst: 0 }] }),
  definitionMutant('has two limits with one key', limits, { limits: () => [limit, { ...limit, intervalMs: 60_000 }] }),
  {
    fault: 'returns a new limit key on every call',
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
