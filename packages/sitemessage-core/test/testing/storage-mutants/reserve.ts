import type { Limit } from '../../../src/messenger/messenger.ts';
import { faultyGcra } from './gcra-model.ts';
import { type Mutant, queue, yieldToOthers } from './mutate.ts';

/** The names of the tests with random requests. */
export const windows = [1, 2, 3].map(
  (seed) => `grants at most window / interval + burst in any window, and nothing deferred (seed ${seed})`,
);
const burst = 'grants a burst at once, then one slot per interval';

export const reserveMutants: readonly Mutant[] = [
  {
    fault: 'grants one more than a burst',
    caughtBy: [burst, ...windows],
    mutate: faultyGcra({ earliest: (tat, { intervalMs, burst: most }) => tat - most * intervalMs }),
  },
  {
    fault: 'refuses a slot because of rounding',
    caughtBy: ['grants at least one slot per millisecond when the interval is shorter'],
    mutate: queue((good) => ({
      async reserve(requests, now, until) {
        const slots = await good.reserve(requests, now, until);
        return slots.map((slot, index) =>
          index > 0 && requests[index]?.limits.some(({ intervalMs }) => intervalMs > 0 && intervalMs < 1)
            ? { ...slot, granted: false }
            : slot,
        );
      },
    })),
  },
  {
    fault: 'counts in fixed windows',
    caughtBy: [...windows, burst],
    mutate: queue(() => {
      const used = new Map<string, { from: number; count: number }>();
      const open = ({ key, intervalMs, burst: most }: Limit, now: number): number => {
        const window = used.get(key);
        return !window || now >= window.from + intervalMs * most || window.count < most ? now : window.from + intervalMs * most;
      };
      return {
        reserve: async (requests, now, until) =>
          requests.map(({ limits }) => {
            const at = Math.max(now, ...limits.map((limit) => open(limit, now)));
            for (const { key, intervalMs, burst: most } of at <= until ? limits : []) {
              const window = used.get(key);
              if (window && at < window.from + intervalMs * most) window.count += 1;
              else used.set(key, { from: at, count: 1 });
            }
            return { at, granted: at <= until };
          }),
      };
    }),
  },
  {
    fault: 'saves up without a limit',
    caughtBy: ['saves up at most one burst', ...windows],
    mutate: faultyGcra({ charge: (tat, { intervalMs }, at) => (tat ?? at) + intervalMs }),
  },
  {
    fault: 'saves up nothing',
    caughtBy: ['saves up one slot per idle interval', burst],
    mutate: faultyGcra({ earliest: (tat) => tat }),
  },
  {
    fault: 'computes all requests of a call before it charges any',
    caughtBy: ['answers the requests of one call in order', ...windows],
    mutate: faultyGcra({ looksFirst: true }),
  },
  {
    fault: 'grants a slot that leaves another limit idle',
    caughtBy: [
      'refuses a slot that would leave another limit idle for an interval, and charges neither',
      'refuses a slot that would leave a limit idle for an interval until a deferral ends',
    ],
    mutate: faultyGcra({ isWaste: () => false }),
  },
  {
    fault: 'refuses every wait for one limit while another has room',
    caughtBy: ['refuses a slot that would leave another limit idle for an interval, and charges neither'],
    mutate: faultyGcra({ isWaste: (at, { intervalMs }, room) => intervalMs > 0 && at > room }),
  },
  {
    fault: 'gives all refused requests the same time',
    caughtBy: ['gives requests refused in one call times one behind the other'],
    mutate: faultyGcra({ spreadsRefused: false }),
  },
  {
    fault: 'checks only the first limit of a request',
    caughtBy: ['grants the earliest time that all limits of a request allow'],
    mutate: faultyGcra({ limitsOf: ({ limits }) => limits.slice(0, 1) }),
  },
  {
    fault: 'charges refused requests',
    caughtBy: ['charges no limit of a refused request'],
    mutate: faultyGcra({ chargesRefused: true }),
  },
  {
    fault: 'charges the free limits of a refused request',
    caughtBy: ['charges no limit of a refused request', 'waits for every deferred key of a request, and charges none before'],
    mutate: faultyGcra({ chargesLimitsAlone: true }),
  },
  {
    fault: 'refuses a slot at until',
    caughtBy: ['grants slots up to and including until', burst],
    mutate: faultyGcra({ isGranted: (at, until) => at < until }),
  },
  {
    fault: 'returns times before now',
    caughtBy: ['never returns a time before now'],
    mutate: faultyGcra({ floor: (now) => now - 1_000 }),
  },
  {
    fault: 'resets its limits when a clock is behind',
    caughtBy: ['keeps a limit when the clock of a caller is slow', ...windows],
    mutate: faultyGcra({ forgetsWhenBack: true }),
  },
  {
    fault: 'grants nothing where there is no limit',
    caughtBy: ['grants requests without limits at once'],
    mutate: queue((good) => ({
      async reserve(requests, now, until) {
        const slots = await good.reserve(requests, now, until);
        return slots.map((slot, index) => (requests[index]?.limits.length === 0 ? { ...slot, granted: false } : slot));
      },
    })),
  },
  {
    fault: 'treats interval 0 as one millisecond',
    caughtBy: ['never exhausts a limit with interval 0'],
    mutate: faultyGcra({
      isCharged: () => true,
      charge: (tat, { intervalMs }, at) => Math.max(tat ?? at, at) + Math.max(1, intervalMs),
    }),
  },
  {
    fault: 'charges a limit with interval 0',
    caughtBy: ['does not delay a limit with interval 0 for the other limits of its request'],
    mutate: faultyGcra({ isCharged: () => true }),
  },
  {
    fault: 'compares only the first letter of keys',
    caughtBy: ['keeps keys separate', 'distinguishes texts that look alike'],
    mutate: faultyGcra({ keyOf: (key) => key.slice(0, 1).toLowerCase() }),
  },
  {
    fault: 'charges at now instead of the time of the slot',
    caughtBy: ['grants the earliest time that all limits of a request allow', ...windows],
    mutate: faultyGcra({ charge: (tat, { intervalMs }, _at, now) => Math.max(tat ?? now, now) + intervalMs }),
  },
  {
    fault: 'reads and writes in two transactions',
    caughtBy: ['shares a key among 40 concurrent calls', 'keeps the latest of 6 concurrent deferrals'],
    mutate: faultyGcra({ pause: yieldToOthers }),
  },
  {
    fault: 'locks keys in the given order',
    caughtBy: ['answers concurrent calls that name the same keys in any order'],
    mutate: queue((good) => {
      const pending = new Set<string>();
      return {
        async reserve(requests, now, until) {
          const keys = requests[0]?.limits.map(({ key }) => key) ?? [];
          if (keys.length > 1 && pending.has(keys.toReversed().join())) throw new Error('deadlock detected');
          pending.add(keys.join());
          await yieldToOthers();
          pending.delete(keys.join());
          return good.reserve(requests, now, until);
        },
      };
    }),
  },
  {
    fault: 'keeps the whole debt of a limit when the clock is set back',
    caughtBy: ['limits the debt to a burst and 10 s when the clock is set back'],
    mutate: queue((good) => {
      let latest = 0;
      return {
        async reserve(requests, now, until) {
          latest = Math.max(latest, now);
          return good.reserve(requests, latest, Math.max(latest, until));
        },
      };
    }),
  },
];
