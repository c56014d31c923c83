import { faultyGcra } from './gcra-model.ts';
import type { Mutant } from './mutate.ts';
import { windows } from './reserve.ts';

const inUse = 'defers a key in use, and grants a whole burst afterwards';
const deferral = 'grants nothing under a deferred key before its time';

export const deferMutants: readonly Mutant[] = [
  {
    fault: 'defers nothing',
    caughtBy: [deferral, inUse, ...windows],
    mutate: faultyGcra({ deferralsOf: () => [] }),
  },
  {
    fault: 'defers for one millisecond too long',
    caughtBy: [deferral],
    mutate: faultyGcra({ deferTo: (before, until) => Math.max(before ?? until, until) + 1 }),
  },
  {
    fault: 'checks only the first deferred key of a request',
    caughtBy: ['waits for every deferred key of a request, and charges none before'],
    mutate: faultyGcra({ deferralsOf: ({ limits }) => limits.slice(0, 1) }),
  },
  {
    fault: 'keeps the last deferral, not the latest time',
    caughtBy: ['extends a deferral, and never shortens it'],
    mutate: faultyGcra({ deferTo: (_, until) => until }),
  },
  {
    fault: 'keeps the first deferral',
    caughtBy: ['extends a deferral, and never shortens it'],
    mutate: faultyGcra({ deferTo: (before, until) => before ?? until }),
  },
];
