import type { Storage } from '../../../src/storage/port.ts';
import type { Suppression, SuppressionStore } from '../../../src/storage/suppressions.ts';
import { listed, type Mutant, type Mutation } from './mutate.ts';

const suppressions =
  (mutate: (good: SuppressionStore) => Partial<SuppressionStore>): Mutation =>
  (storage: Storage) => ({ ...storage, suppressions: { ...storage.suppressions, ...mutate(storage.suppressions) } });

const ofSuppressions = (what: string): string => `lists suppressions by ${what}`;
const again = 'stores a repeated suppression once, and keeps its first reason and time';

export const suppressionMutants: readonly Mutant[] = [
  {
    fault: 'drops the reason of a suppression',
    caughtBy: ['stores suppressions with messenger, reason and time', ofSuppressions('reason')],
    mutate: suppressions((good) => ({ add: (some) => good.add(some.map((one): Suppression => ({ ...one, reason: 'manual' }))) })),
  },
  {
    fault: 'keeps the last reason of a suppression',
    caughtBy: [again],
    mutate: suppressions((good) => ({
      async add(some) {
        await good.lift(some);
        return good.add(some);
      },
    })),
  },
  {
    fault: 'lifts a suppression for all messengers',
    caughtBy: ['lifts existing suppressions, and ignores unknown ones'],
    mutate: suppressions((good) => ({
      async lift(keys) {
        const all = await Array.fromAsync(good.list({}));
        return good.lift(all.filter(({ address }) => keys.some((key) => key.address === address)));
      },
    })),
  },
  {
    fault: 'returns a repeated address repeatedly',
    caughtBy: ['returns each suppressed address among 2,000 once'],
    mutate: suppressions((good) => ({
      among: async (messenger, addresses) => (await Promise.all(addresses.map((address) => good.among(messenger, [address])))).flat(),
    })),
  },
  {
    fault: 'ignores messenger in a filter',
    caughtBy: [ofSuppressions('messenger'), ofSuppressions('an unknown messenger')],
    mutate: suppressions((good) => ({ list: ({ messenger: _, ...filter }) => good.list(filter) })),
  },
  {
    fault: 'ignores since in a filter',
    caughtBy: [ofSuppressions('since')],
    mutate: suppressions((good) => ({ list: ({ since: _, ...filter }) => good.list(filter) })),
  },
  {
    fault: 'lists nothing without a filter',
    caughtBy: [ofSuppressions('an empty filter')],
    mutate: suppressions((good) => ({ list: (filter) => (Object.keys(filter).length === 0 ? listed([]) : good.list(filter)) })),
  },
  {
    fault: 'lists the first page only',
    caughtBy: ['lists 3,000 suppressions once each'],
    mutate: suppressions((good) => ({ list: (filter) => listed(Array.fromAsync(good.list(filter)).then((all) => all.slice(0, 1_000))) })),
  },
  {
    fault: 'adds the first half of a call that throws',
    caughtBy: ['adds all or nothing, and distinguishes addresses that look alike'],
    mutate: suppressions((good) => ({
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
