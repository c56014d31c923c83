import type { SendSite } from './context.ts';
import type { WakeSignal } from './wake-signal.ts';

const longestPauseMs = 30_000;

/**
 * Varies a time by a quarter to both sides, so that workers that started together do not keep asking
 * together.
 */
export function withJitter(ms: number, { random }: { random(): number }): number {
  return Math.round(ms * (0.75 + random() / 2));
}

export interface LoopOptions {
  /**
   * The time between two polls in milliseconds. After a failure it is twice as long, and doubles up to 30
   * s.
   */
  readonly pollIntervalMs: number;
  readonly stop: AbortSignal;
  /** The owner of the loop, for the events about an outage of the storage. */
  readonly who: object;
}

/**
 * Calls `work` again and again. After each call it waits as long as `work` said, or until the signal wakes
 * it. An error of `work` counts as an outage of the storage, and the loop tries again.
 */
export async function loop(work: () => Promise<number>, signal: WakeSignal, options: LoopOptions, site: SendSite): Promise<void> {
  const { runtime, outage } = site;
  for (let failures = 0; !options.stop.aborted; ) {
    try {
      await site.ready();
      const waitMs = await work();
      failures = 0;
      outage.worked(options.who);
      await signal.wait(waitMs, options.stop);
    } catch (error) {
      failures += 1;
      outage.failed(options.who, error);
      await runtime.sleep(Math.min(longestPauseMs, withJitter(options.pollIntervalMs * 2 ** failures, runtime)), options.stop);
    }
  }
}
