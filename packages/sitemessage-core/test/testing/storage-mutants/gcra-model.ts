import type { Limit } from '../../../src/messenger/messenger.ts';
import type { Reservation, Slot } from '../../../src/storage/port.ts';
import { type Mutation, queue } from './mutate.ts';

/** The steps of GCRA. A mutant replaces some of them. */
interface GcraSteps {
  keyOf(key: string): string;
  limitsOf(request: Reservation): readonly Limit[];
  /** Returns the earliest time for one more, from the theoretical arrival time (TAT). */
  earliest(tat: number, limit: Limit): number;
  /** Returns the TAT after one more at `at`. */
  charge(tat: number | undefined, limit: Limit, at: number, now: number): number;
  isCharged(limit: Limit): boolean;
  isGranted(at: number, until: number): boolean;
  chargesRefused: boolean;
  floor(now: number): number;
  deferTo(before: number | undefined, until: number): number;
  deferralsOf(request: Reservation): readonly Limit[];
  /** Runs between reading and writing. */
  pause?(): Promise<void>;
  forgetsWhenBack: boolean;
  chargesLimitsAlone: boolean;
  /** True when all requests of a call are computed before any is charged. */
  looksFirst: boolean;
  /** Returns whether a limit would be idle for an interval until `at`. */
  isWaste(at: number, limit: Limit, roomAt: number): boolean;
  /** True when requests refused in one call get times one behind the other. */
  spreadsRefused: boolean;
}

const correctSteps: GcraSteps = {
  keyOf: (key) => key,
  limitsOf: ({ limits }) => limits,
  earliest: (tat, { intervalMs, burst }) => tat - (burst - 1) * intervalMs,
  charge: (tat, { intervalMs }, at) => Math.max(tat ?? at, at) + intervalMs,
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

/** Replaces `reserve` and `defer` by GCRA with changed steps. */
export const faultyGcra = (change: Partial<GcraSteps>): Mutation =>
  queue(() => {
    const steps: GcraSteps = { ...correctSteps, ...change };
    const tat = new Map<string, number>();
    const deferred = new Map<string, number>();
    let last = 0;

    const roomAt = (limit: Limit, request: Reservation, now: number, before: number): number => {
      const key = steps.keyOf(limit.key);
      const isDeferred = steps.deferralsOf(request).includes(limit);
      const openAt = Math.max(steps.floor(now), isDeferred ? (deferred.get(key) ?? 0) : 0);
      const by = tat.get(key);
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
        const alone = steps.chargesLimitsAlone && steps.earliest(tat.get(key) ?? 0, limit) <= until;
        if (steps.isCharged(limit) && (granted || alone || steps.chargesRefused)) {
          tat.set(key, steps.charge(tat.get(key), limit, at, now));
        }
        if (!granted && steps.spreadsRefused) refused.set(key, (refused.get(key) ?? 0) + 1);
      }
      return slot;
    };

    return {
      async reserve(requests, now, until) {
        if (steps.forgetsWhenBack && now < last) tat.clear();
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
