import type { Limit } from '../../src/messenger/messenger.ts';
import type { Reservation, Slot } from '../../src/storage/port.ts';
import { aMoment, type Broken, queue } from './broken.ts';

/** GCRA with one step done wrong. */
interface Steps {
  keyOf(key: string): string;
  limitsOf(request: Reservation): readonly Limit[];
  /** From what is paid off by when: the earliest time for one more. */
  earliest(paidOff: number, limit: Limit): number;
  /** What is paid off by when after one more at `at`. */
  charge(paidOff: number | undefined, limit: Limit, at: number, now: number): number;
  isCharged(limit: Limit): boolean;
  isGranted(at: number, until: number): boolean;
  chargesRefused: boolean;
  floor(now: number): number;
  deferTo(before: number | undefined, until: number): number;
  deferralsOf(request: Reservation): readonly Limit[];
  /** Between reading and writing. */
  pause?(): Promise<void>;
  forgetsWhenBack: boolean;
  chargesLimitsAlone: boolean;
  /** Looks for all requests of a call before it charges any. */
  looksFirst: boolean;
  /** Whether a limit would leave a slot unused until `at`. */
  isWaste(at: number, limit: Limit, roomAt: number): boolean;
  /** Whether what is refused comes behind what was refused before it. */
  spreadsRefused: boolean;
}

const right: Steps = {
  keyOf: (key) => key,
  limitsOf: ({ limits }) => limits,
  earliest: (paidOff, { intervalMs, burst }) => paidOff - (burst - 1) * intervalMs,
  charge: (paidOff, { intervalMs }, at) => Math.max(paidOff ?? at, at) + intervalMs,
  isCharged: ({ intervalMs }) => intervalMs > 0,
  isGranted: (at, until) => at <= until,
  chargesRefused: false,
  floor: (now) => now,
  deferTo: (before, until) => Math.max(before ?? until, until),
  deferralsOf: ({ limits }) => limits,
  forgetsWhenBack: false,
  chargesLimitsAlone: false,
  looksFirst: false,
  isWaste: (at, { intervalMs }, roomAt) => intervalMs > 0 && at - roomAt >= intervalMs,
  spreadsRefused: true,
};

const wrong = (change: Partial<Steps>): Broken['spoil'] =>
  queue(() => {
    const steps: Steps = { ...right, ...change };
    const paidOff = new Map<string, number>();
    const deferred = new Map<string, number>();
    let last = 0;

    const roomAt = (limit: Limit, request: Reservation, now: number, before: number): number => {
      const key = steps.keyOf(limit.key);
      const isDeferred = steps.deferralsOf(request).includes(limit);
      const openAt = Math.max(steps.floor(now), isDeferred ? (deferred.get(key) ?? 0) : 0);
      const by = paidOff.get(key);
      if (before === 0) return by === undefined ? openAt : Math.max(openAt, steps.earliest(by, limit));
      return Math.max(openAt, steps.earliest(Math.max(by ?? 0, openAt), limit) + before * limit.intervalMs);
    };

    const look = (request: Reservation, now: number, refused?: ReadonlyMap<string, number>): number =>
      Math.max(
        steps.floor(now),
        ...steps.deferralsOf(request).map(({ key }) => deferred.get(steps.keyOf(key)) ?? 0),
        ...steps.limitsOf(request).map((limit) => roomAt(limit, request, now, refused?.get(steps.keyOf(limit.key)) ?? 0)),
      );

    const decide = (request: Reservation, at: number, now: number, until: number, refused: Map<string, number>): Slot => {
      const wastes = request.limits.some((limit) => steps.isWaste(at, limit, roomAt(limit, request, now, 0)));
      const granted = steps.isGranted(at, until) && !wastes;
      const slot = { at: granted ? at : look(request, now, refused), granted };
      for (const limit of steps.limitsOf(request)) {
        const key = steps.keyOf(limit.key);
        const alone = steps.chargesLimitsAlone && steps.earliest(paidOff.get(key) ?? 0, limit) <= until;
        if (steps.isCharged(limit) && (granted || alone || steps.chargesRefused)) {
          paidOff.set(key, steps.charge(paidOff.get(key), limit, at, now));
        }
        if (!granted && steps.spreadsRefused) refused.set(key, (refused.get(key) ?? 0) + 1);
      }
      return slot;
    };

    return {
      async reserve(requests, now, until) {
        if (steps.forgetsWhenBack && now < last) paidOff.clear();
        last = now;
        const refused = new Map<string, number>();
        if (steps.looksFirst || steps.pause) {
          const times = requests.map((request) => look(request, now));
          await steps.pause?.();
          return requests.map((request, index) => decide(request, times[index] as number, now, until, refused));
        }
        return requests.map((request) => decide(request, look(request, now), now, until, refused));
      },
      async defer(key, until) {
        const to = steps.deferTo(deferred.get(steps.keyOf(key)), until);
        await steps.pause?.();
        deferred.set(steps.keyOf(key), to);
      },
    };
  });

const windows = [1, 2, 3].map(
  (seed) => `grants in any window no more than window / interval + burst, and nothing that is deferred (seed ${seed})`,
);
const burst = 'grants a burst at once, and then one more every interval';
const inUse = 'defers a key that is in use as well, and grants a whole burst afterwards';
const deferral = 'grants nothing under a key before the time to which it is deferred, and everything from then on';

export const brokenAtPacing: readonly Broken[] = [
  {
    fault: 'grants one more than a burst',
    caughtBy: [burst, ...windows],
    spoil: wrong({ earliest: (paidOff, { intervalMs, burst: most }) => paidOff - most * intervalMs }),
  },
  {
    fault: 'takes its own rounding for a slot that is left unused',
    caughtBy: ['grants at least one a millisecond of a limit that allows more'],
    spoil: queue((good) => ({
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
    fault: 'counts by windows that begin with the first grant',
    caughtBy: [...windows, burst],
    spoil: queue(() => {
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
    fault: 'saves up without end',
    caughtBy: ['saves up no more than a burst, however long nothing is asked for', ...windows],
    spoil: wrong({ charge: (paidOff, { intervalMs }, at) => (paidOff ?? at) + intervalMs }),
  },
  {
    fault: 'saves up nothing of a burst',
    caughtBy: ['saves up one of a burst for every interval that passes', burst],
    spoil: wrong({ earliest: (paidOff) => paidOff }),
  },
  {
    fault: 'looks for all the requests of a call before it charges any',
    caughtBy: ['answers the requests of one call one after another', ...windows],
    spoil: wrong({ looksFirst: true }),
  },
  {
    fault: 'grants a slot that one limit has to wait for, and with it all the slots of the other until then',
    caughtBy: [
      'refuses what would wait so long for one limit that another has to leave a slot unused, and charges neither',
      'refuses what would wait so long for the end of a deferral that a limit has to leave a slot unused',
    ],
    spoil: wrong({ isWaste: () => false }),
  },
  {
    fault: 'lets nobody wait for one limit while there is room in another',
    caughtBy: ['refuses what would wait so long for one limit that another has to leave a slot unused, and charges neither'],
    spoil: wrong({ isWaste: (at, { intervalMs }, room) => intervalMs > 0 && at > room }),
  },
  {
    fault: 'names the same time to all that it refuses',
    caughtBy: ['names a time for each of those that it refuses in one call that is behind the ones before it'],
    spoil: wrong({ spreadsRefused: false }),
  },
  {
    fault: 'looks at the first limit of a request only',
    caughtBy: ['grants what all the limits of a request allow, at the earliest time at which they do'],
    spoil: wrong({ limitsOf: ({ limits }) => limits.slice(0, 1) }),
  },
  {
    fault: 'charges what it does not grant',
    caughtBy: ['charges none of the limits of what is not granted'],
    spoil: wrong({ chargesRefused: true }),
  },
  {
    fault: 'charges each limit of a request that has room, also when another has not',
    caughtBy: [
      'charges none of the limits of what is not granted',
      'waits for every deferred key of a request, and charges none until then',
    ],
    spoil: wrong({ chargesLimitsAlone: true }),
  },
  {
    fault: 'grants only what may go before the end of the time that is asked for',
    caughtBy: ['grants what may go at the end of the time that is asked for, and nothing after it', burst],
    spoil: wrong({ isGranted: (at, until) => at < until }),
  },
  {
    fault: 'names times that are over',
    caughtBy: ['never names a time before now'],
    spoil: wrong({ floor: (now) => now - 1_000 }),
  },
  {
    fault: 'starts again when a clock is behind',
    caughtBy: ['keeps to a limit when somebody asks whose clock is a little behind', ...windows],
    spoil: wrong({ forgetsWhenBack: true }),
  },
  {
    fault: 'grants nothing where there is no limit',
    caughtBy: ['grants everything at once where there is no limit'],
    spoil: queue((good) => ({
      async reserve(requests, now, until) {
        const slots = await good.reserve(requests, now, until);
        return slots.map((slot, index) => (requests[index]?.limits.length === 0 ? { ...slot, granted: false } : slot));
      },
    })),
  },
  {
    fault: 'takes an interval of 0 for one of a millisecond',
    caughtBy: ['never fills up a limit whose interval is 0'],
    spoil: wrong({ isCharged: () => true, charge: (paidOff, { intervalMs }, at) => Math.max(paidOff ?? at, at) + Math.max(1, intervalMs) }),
  },
  {
    fault: 'puts off a limit whose interval is 0 together with the others',
    caughtBy: ['does not put off a limit whose interval is 0 together with the others of its request'],
    spoil: wrong({ isCharged: () => true }),
  },
  {
    fault: 'takes keys for the same that begin alike',
    caughtBy: ['keeps every key to itself', 'tells texts apart that only look alike'],
    spoil: wrong({ keyOf: (key) => key.slice(0, 1).toLowerCase() }),
  },
  {
    fault: 'charges at the time of asking instead of the time of the slot',
    caughtBy: ['grants what all the limits of a request allow, at the earliest time at which they do', ...windows],
    spoil: wrong({ charge: (paidOff, { intervalMs }, _at, now) => Math.max(paidOff ?? now, now) + intervalMs }),
  },
  {
    fault: 'lets others ask between reading and writing',
    caughtBy: ['shares a key among all who ask at the same time', 'keeps the latest of many times to which a key is deferred at once'],
    spoil: wrong({ pause: aMoment }),
  },
  {
    fault: 'locks the keys of a request one by one, as they come',
    caughtBy: ['answers all who ask at the same time for the same keys, in whatever order they name them'],
    spoil: queue((good) => {
      const underWay = new Set<string>();
      return {
        async reserve(requests, now, until) {
          const keys = requests[0]?.limits.map(({ key }) => key) ?? [];
          if (keys.length > 1 && underWay.has(keys.toReversed().join())) throw new Error('deadlock detected');
          underWay.add(keys.join());
          await aMoment();
          underWay.delete(keys.join());
          return good.reserve(requests, now, until);
        },
      };
    }),
  },
  {
    fault: 'keeps the whole debt of a limit when the clock is set back',
    caughtBy: ['owes no more than a burst and what may be reserved ahead when the clock is set back'],
    spoil: queue((good) => {
      let latest = 0;
      return {
        async reserve(requests, now, until) {
          latest = Math.max(latest, now);
          return good.reserve(requests, latest, Math.max(latest, until));
        },
      };
    }),
  },
  {
    fault: 'defers nothing',
    caughtBy: [deferral, inUse, ...windows],
    spoil: wrong({ deferralsOf: () => [] }),
  },
  {
    fault: 'defers until one millisecond later',
    caughtBy: [deferral],
    spoil: wrong({ deferTo: (before, until) => Math.max(before ?? until, until) + 1 }),
  },
  {
    fault: 'looks at the first deferred key of a request only',
    caughtBy: ['waits for every deferred key of a request, and charges none until then'],
    spoil: wrong({ deferralsOf: ({ limits }) => limits.slice(0, 1) }),
  },
  {
    fault: 'lets the last word about a deferral count',
    caughtBy: ['replaces the time to which a key is deferred by a later one, never by an earlier one'],
    spoil: wrong({ deferTo: (_, until) => until }),
  },
  {
    fault: 'never puts off a deferral again',
    caughtBy: ['replaces the time to which a key is deferred by a later one, never by an earlier one'],
    spoil: wrong({ deferTo: (before, until) => before ?? until }),
  },
];
