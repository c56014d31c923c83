import { pauseAfter } from '../messenger/retry.ts';
import type { Runtime } from '../runtime.ts';
import type { DispatchError } from '../storage/records.ts';

/**
 * The pause of a messenger that cannot work: 5 s, doubling up to 5 min, or longer when the provider says
 * so. It ends when a send succeeds.
 */
export interface Pause {
  /** Begins a pause. Returns its length in milliseconds, at least `leastMs`. */
  begin(error: DispatchError, leastMs: number): number;
  /** Ends the pause. Returns whether there was one. */
  end(): boolean;
  /** Returns the milliseconds that are left. 0 when there is no pause. */
  left(): number;
  /** Returns whether the next round is a probe: after a pause, one dispatch goes first. */
  isProbing(): boolean;
  /** Returns the error that began the pause, and its end. Undefined when a send has succeeded since. */
  cause(): PauseCause | undefined;
}

interface PauseCause {
  readonly error: DispatchError;
  /** Milliseconds since 1970, by this machine's clock. */
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
