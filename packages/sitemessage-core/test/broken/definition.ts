import { type Broken, messenger } from './spoil.ts';

const sums = 'says how many sends it takes at once, and how long one may last';
const limits = 'names the limits of an address in whole milliseconds, the same ones every time';

export const brokenDefinitions: readonly Broken[] = [
  {
    fault: 'is tried with one address',
    caughtBy: ['is tried with at least two good addresses and secrets worth hiding'],
    spoil: (underTest) => ({ ...underTest, addresses: underTest.addresses.slice(0, 1) }),
  },
  {
    fault: 'has no title',
    caughtBy: ['has an alias and a title, and the name of its protocol in lower case'],
    spoil: messenger(() => ({ title: ' ' })),
  },
  { fault: 'has a concurrency of half a send', caughtBy: [sums], spoil: messenger(() => ({ concurrency: 0.5 })) },
  { fault: 'has a timeout that no timer can count', caughtBy: [sums], spoil: messenger(() => ({ timeoutMs: 2 ** 31 })) },
  {
    fault: 'has a retry policy that grows shorter',
    caughtBy: ['has a retry policy that waits, if it has one of its own'],
    spoil: messenger(() => ({ retry: { firstMs: 1_000, factor: 0.5, maxMs: 60_000 } })),
  },
  {
    fault: 'has a limit of a fraction of a millisecond',
    caughtBy: [limits],
    spoil: messenger(() => ({ limits: () => [{ key: 'all', intervalMs: 1_000 / 30, burst: 30 }] })),
  },
  {
    fault: 'has a new key for a limit every time',
    caughtBy: [limits],
    spoil: (underTest) => {
      let count = 0;
      return messenger(() => ({
        limits() {
          count += 1;
          return [{ key: `all ${count}`, intervalMs: 1_000, burst: 1 }];
        },
      }))(underTest);
    },
  },
];
