/** How long to wait between two attempts. */
export interface RetryPolicy {
  /** Before the second attempt, in milliseconds. */
  readonly firstMs: number;
  /** Each wait is this many times the one before. */
  readonly factor: number;
  /** No wait is longer, in milliseconds. */
  readonly maxMs: number;
}

/** 30 s, 90 s, 4.5 min, ... 6 h: with the default of 10 attempts about 16 hours in all. */
export const defaultRetry: RetryPolicy = { firstMs: 30_000, factor: 3, maxMs: 6 * 60 * 60_000 };

/**
 * Milliseconds until the next attempt, after `attempt` of them (from 1). Between half the wait and the whole of it, by `chance`
 * in [0, 1), so that what failed together does not come back together.
 */
export function backoff(policy: RetryPolicy, attempt: number, chance: number): number {
  const wait = Math.min(policy.maxMs, policy.firstMs * policy.factor ** (attempt - 1));
  return Math.round(wait * (0.5 + chance / 2));
}

/** A longer wait is a mistake in a unit, or a joke. One reply must not stop a messenger for longer than the longest quota lasts: a day. */
const longestWaitMs = 24 * 60 * 60_000;

/** Returns for how long a provider asks to wait, in whole milliseconds, 24 hours at most. Undefined for a value that is no such time. */
export function askedWait(ms: unknown): number | undefined {
  if (typeof ms !== 'number' || !Number.isFinite(ms) || ms <= 0) return undefined;
  return Math.min(longestWaitMs, Math.ceil(ms));
}

/** A messenger that cannot work (a wrong password, a server that is down) rests 5 s, doubling up to 5 min. */
export function pauseAfter(failures: number): number {
  return Math.min(300_000, 5_000 * 2 ** (failures - 1));
}
