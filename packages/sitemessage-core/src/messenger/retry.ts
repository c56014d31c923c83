/** The waits between the attempts of a dispatch. A wait is shortened by up to half, at random (jitter). */
export interface RetryPolicy {
  /** The wait before the second attempt, in whole milliseconds: from 1 to one year. */
  readonly firstMs: number;
  /** The factor by which each wait is longer than the one before: 1 or more. */
  readonly factor: number;
  /** The longest wait, in whole milliseconds: from `firstMs` to one year. */
  readonly maxMs: number;
}

/**
 * The default waits: 30 s, 90 s, 4.5 min, up to 6 h. The default of 10 attempts takes about 16 hours in
 * all.
 */
export const defaultRetry: RetryPolicy = { firstMs: 30_000, factor: 3, maxMs: 6 * 60 * 60_000 };

/**
 * Returns the time until the next attempt, in milliseconds. `attempt` counts the attempts so far, from 1.
 * `chance` in [0, 1) chooses between half of the wait and all of it, so that dispatches that failed
 * together do not return together.
 */
export function backoff(policy: RetryPolicy, attempt: number, chance: number): number {
  const wait = Math.min(policy.maxMs, policy.firstMs * policy.factor ** (attempt - 1));
  return Math.round(wait * (0.5 + chance / 2));
}

/**
 * The longest wait that a provider can ask for. The longest quotas last a day; more is probably a wrong
 * unit.
 */
const longestWaitMs = 24 * 60 * 60_000;

/**
 * Returns the wait that a provider asks for, in whole milliseconds, at most 24 hours. Undefined when the
 * value is no positive number.
 */
export function askedWait(ms: unknown): number | undefined {
  if (typeof ms !== 'number' || !Number.isFinite(ms) || ms <= 0) return undefined;
  return Math.min(longestWaitMs, Math.ceil(ms));
}

/**
 * Returns how long to pause a messenger that cannot work (a wrong password, a server that is down), in
 * milliseconds: 5 s after the first failure, doubling up to 5 min.
 */
export function pauseAfter(failures: number): number {
  return Math.min(300_000, 5_000 * 2 ** (failures - 1));
}
