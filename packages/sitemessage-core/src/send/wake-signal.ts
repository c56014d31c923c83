import type { Runtime } from '../runtime.ts';

/** Lets a loop sleep until there is something to do. */
export interface WakeSignal {
  ring(): void;
  /** Sleeps for `ms`, or until it rings or `stop` is aborted. Resolves at once when it rang since the last wait. Returns whether it rang. */
  wait(ms: number, stop: AbortSignal): Promise<boolean>;
}

export function createWakeSignal(runtime: Runtime): WakeSignal {
  let rung = false;
  let sleeping: AbortController | undefined;
  return {
    ring() {
      rung = true;
      sleeping?.abort();
    },
    async wait(ms, stop) {
      const asleep = new AbortController();
      const wake = (): void => asleep.abort();
      if (rung || stop.aborted) wake();
      stop.addEventListener('abort', wake);
      sleeping = asleep;
      await runtime.sleep(ms, asleep.signal);
      sleeping = undefined;
      stop.removeEventListener('abort', wake);
      const hasRung = rung;
      rung = false;
      return hasRung;
    },
  };
}
