import { pauseAfter } from '../messenger/retry.ts';
import type { Runtime } from '../runtime.ts';
import type { DispatchError } from '../storage/records.ts';

/** The rest that a messenger takes when it cannot work: 5 s, doubling up to 5 min, or longer when the provider says so; until something goes through. */
export interface Pause {
  /** Returns for how many milliseconds; `leastMs` at least. */
  begin(error: DispatchError, leastMs: number): number;
  /** Whether there was a pause to end. */
  end(): boolean;
  /** Milliseconds that are left of it; 0 when there is none. */
  left(): number;
  /** After a pause one dispatch goes first, to see whether things are mended. */
  isProbing(): boolean;
  /** What began it, and when it is over by this machine's clock; undefined when nothing has gone wrong since something went through. */
  cause(): PauseCause | undefined;
}

interface PauseCause {
  readonly error: DispatchError;
  readonly until: number;
}

export function createPause(runtime: Runtime): Pause {
  let failures = 0;
  let until = 0;
  let cause: PauseCause | undefined;
  return {
    begin(error, leastMs) {
      failures += 1;
      const ms = Math.max(leastMs, pauseAfter(failures));
      until = runtime.monotonic() + ms;
      cause = { error, until: runtime.now() + ms };
      return ms;
    },
    end() {
      const ended = failures > 0;
      failures = 0;
      until = 0;
      cause = undefined;
      return ended;
    },
    left: () => (failures > 0 ? Math.max(0, until - runtime.monotonic()) : 0),
    isProbing: () => failures > 0,
    cause: () => cause,
  };
}
