import type { Runtime } from '../runtime.ts';

/** Lets a loop sleep until there is something to do. */
export interface WakeSignal {
  /** Ends the current wait. When nothing waits, ends the next one at once. */
  wake(): void;
  /**
   * Sleeps for `ms` milliseconds, or until `wake` is called or `stop` is aborted. Returns whether `wake`
   * was called since the last wait.
   */
  wait(ms: number, stop: AbortSignal): Promise<boolean>;
}

export function createWakeSignal(runtime: Runtime): WakeSignal {
  let isWoken = false;
  let sleeping: AbortController | undefined;
  return {
    wake() {
      isWoken = true;
      sleeping?.abort();
    },
    async wait(ms, stop) {
      const asleep = new AbortController();
      const wakeUp = (): void => asleep.abort();
      if (isWoken || stop.aborted) wakeUp();
      stop.addEventListener('abort', wakeUp);
      sleeping = asleep;
      await runtime.sleep(ms, asleep.signal);
      sleeping = undefined;
      stop.removeEventListener('abort', wakeUp);
      const wasWoken = isWoken;
      isWoken = false;
      return wasWoken;
    },
  };
}
