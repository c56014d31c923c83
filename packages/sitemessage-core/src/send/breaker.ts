import type { Runtime } from '../runtime.ts';

/** Failures in a row that open a breaker. */
const mostFailures = 10;
const probeIntervalMs = 60_000;

/**
 * Circuit breakers of message types: a `render` with a bug must not fail every dispatch of its type. One of a type that failed ten times
 * in a row is tried each minute. The others wait, due as they are, for a process whose `render` works.
 */
export interface Breakers {
  /** Returns whether dispatches of this type are left alone for now. */
  isOpen(type: string): boolean;
  /** Of these types, one whose turn to be tried has come. Each messenger is given it once a minute: another one may have nothing of it. */
  takeProbe(types: readonly string[], messenger: string): string | undefined;
  /** Returns until when the type is left alone, if this failure has just opened its breaker. By this machine's clock. */
  failed(type: string): number | undefined;
  /** Returns whether this has closed a breaker. */
  worked(type: string): boolean;
}

interface Breaker {
  readonly failures: number;
  readonly failedAt: number;
  /** When each messenger was given its last try. */
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
