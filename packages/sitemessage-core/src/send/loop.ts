import type { SendContext } from './context.ts';
import type { WakeSignal } from './wake-signal.ts';

const longestPauseMs = 30_000;

/** As many milliseconds, more or less a quarter: workers that were started together do not go on asking together. */
export function spread(ms: number, { random }: { random(): number }): number {
  return Math.round(ms * (0.75 + random() / 2));
}

export interface LoopOptions {
  /** How long to wait when nothing says otherwise, in milliseconds; after a failure twice as long, doubling up to 30 s. */
  readonly pollIntervalMs: number;
  readonly stop: AbortSignal;
  /** Whose work it is, for the events about the storage. */
  readonly who: object;
}

/** Works, and waits for as long as the work said or until the bell rings, over and over. What the work throws is an outage of the storage, and tried again. */
export async function loop(work: () => Promise<number>, bell: WakeSignal, options: LoopOptions, site: SendContext): Promise<void> {
  const { runtime, outage } = site;
  for (let failures = 0; !options.stop.aborted; ) {
    try {
      await site.ready();
      const waitMs = await work();
      failures = 0;
      outage.worked(options.who);
      await bell.wait(waitMs, options.stop);
    } catch (error) {
      failures += 1;
      outage.failed(options.who, error);
      await runtime.sleep(Math.min(longestPauseMs, spread(options.pollIntervalMs * 2 ** failures, runtime)), options.stop);
    }
  }
}
