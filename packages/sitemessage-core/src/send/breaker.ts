import type { Runtime } from '../runtime.ts';

/** Failures in a row that open a breaker. */
const mostFailures = 10;
const probeIntervalMs = 60_000;

/**
 * Circuit breakers for message types: a `render` with a bug must not fail every dispatch of its type. After
 * ten failures in a row, one dispatch of the type is tried each minute. The others stay due, for a process
 * whose `render` works.
 */
export interface Breakers {
  /** Returns whether dispatches of this type are not claimed for now. */
  isOpen(type: string): boolean;
  /**
   * Returns a type to try now, if there is one. Each messenger gets it once a minute, because another
   * messenger may have no dispatch of it.
   */
  takeProbe(types: readonly string[], messenger: string): string | undefined;
  /**
   * Notes a failure. Returns the time of the next try, by this machine's clock, when this failure opened
   * the breaker.
   */
  failed(type: string): number | undefined;
  /** Notes a success. Returns whether it closed the breaker. */
  worked(type: string): boolean;
}

interface Breaker {
  readonly failures: number;
  readonly failedAt: number;
  /** The time of the last try of each messenger. */
  readonly triedAt: Map<string, number>;
}

export function createBreakers({ now, monotonic }: Pick<Runtime, 'now' | 'monotonic'>): Breakers {
  const breakers = new Map<string, Breaker>();
  const isOpen = (type: string): boolean => (breakers.get(type)?.failures ?? 0) >= mostFailures;

  return {
    isOpen,
    takeProbe(types, messenger) {
      const time = monotonic();
      const isDue = ({ failedAt, triedAt }: Breaker): boolean => time - (triedAt.get(messenger) ?? failedAt) >= probeIntervalMs;
      const type = types.find((each) => isOpen(each) && isDue(breakers.get(each) as Breaker));
      if (type !== undefined) breakers.get(type)?.triedAt.set(messenger, time);
      return type;
    },
    failed(type) {
      const failures = (breakers.get(type)?.failures ?? 0) + 1;
      breakers.set(type, { failures, failedAt: monotonic(), triedAt: new Map() });
      return failures === mostFailures ? now() + probeIntervalMs : undefined;
    },
    worked(type) {
      const wasOpen = isOpen(type);
      breakers.delete(type);
      return wasOpen;
    },
  };
}
