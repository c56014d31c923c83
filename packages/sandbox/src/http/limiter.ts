import { check } from '@sitemessage/core';
import { checkArguments } from '../arguments.ts';

export interface RateLimit {
  /** The number that is allowed in each `perMs`, from 1. */
  readonly count: number;
  /** The length of the window, in whole milliseconds, from 1. */
  readonly perMs: number;
}

/** @throws ArgumentError `option_invalid` or `option_unknown` that names the field. */
export function checkRateLimit(limit: RateLimit): void {
  const checks = { count: check.integer(1), perMs: check.integer(1, Number.MAX_SAFE_INTEGER, 'whole milliseconds') };
  checkArguments(limit, checks, 'limit', ['count', 'perMs']);
}

/** Rate limits with a sliding window. */
export interface Limiter {
  /**
   * Adds a limit for each key. Returns a function that removes it.
   *
   * @throws ArgumentError for a wrong limit.
   */
  limit(limit: RateLimit): () => void;
  /**
   * Returns 0 and counts one more for this key, or returns the milliseconds to wait until one more is
   * allowed.
   */
  waitMs(key: string): number;
}

export function createLimiter(): Limiter {
  const limits = new Set<RateLimit>();
  const timesByKey = new Map<string, number[]>();
  return {
    limit(limit) {
      checkRateLimit(limit);
      limits.add(limit);
      return () => void limits.delete(limit);
    },
    waitMs(key) {
      const now = performance.now();
      const times = timesByKey.get(key) ?? [];
      timesByKey.set(key, times);
      const waits = Array.from(limits, ({ count, perMs }) => {
        const first = times.filter((time) => time > now - perMs).at(-count);
        return first === undefined ? 0 : first + perMs - now;
      });
      const wait = Math.ceil(Math.max(0, ...waits));
      if (wait === 0) times.push(now);
      return wait;
    },
  };
}
