import type { Runtime } from '../runtime.ts';
import { pauseAfter } from './retry.ts';

/** The rest that a messenger takes when it cannot work: 5 s, doubling up to 5 min, until something goes through. */
export interface Pause {
  /** Returns for how many milliseconds. */
  begin(): number;
  /** Whether there was a pause to end. */
  end(): boolean;
  /** Milliseconds that are left of it; 0 when there is none. */
  left(): number;
  /** After a pause one dispatch goes first, to see whether things are mended. */
  isProbing(): boolean;
}

export function createPause(runtime: Runtime): Pause {
  let failures = 0;
  let until = 0;
  return {
    begin() {
      failures += 1;
      const ms = pauseAfter(failures);
      until = runtime.monotonic() + ms;
      return ms;
    },
    end() {
      const ended = failures > 0;
      failures = 0;
      until = 0;
      return ended;
    },
    left: () => (failures > 0 ? Math.max(0, until - runtime.monotonic()) : 0),
    isProbing: () => failures > 0,
  };
}
