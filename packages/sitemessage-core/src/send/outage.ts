import type { Events } from '../events.ts';
import type { Runtime } from '../runtime.ts';
import { storedError } from '../storage/stored-error.ts';

/**
 * Emits one event when an outage of the storage begins, and one when it ends, however many workers and
 * messengers meet it.
 */
export interface Outage {
  /** Notes that a call of the storage failed. `who` is the caller: a messenger, or the owner of a loop. */
  failed(who: object, error: unknown): void;
  /** Notes that the storage works for `who`. The outage ends when it works for all that met it. */
  worked(who: object): void;
}

/**
 * A running caller asks again every 30 s. A caller that has not failed for longer was stopped, and says
 * nothing about the storage.
 */
const forgottenMs = 60_000;

export function createOutage(events: Events, { monotonic }: Pick<Runtime, 'monotonic'>): Outage {
  /** The time of each caller's last failure, on the monotonic clock. */
  const failing = new Map<object, number>();
  return {
    failed(who, error) {
      if (failing.size === 0) events.emit({ type: 'storage_failed', error: storedError(error) });
      failing.set(who, monotonic());
    },
    worked(who) {
      if (failing.size === 0) return;
      failing.delete(who);
      for (const [other, failedAt] of failing) if (monotonic() - failedAt > forgottenMs) failing.delete(other);
      if (failing.size === 0) events.emit({ type: 'storage_recovered' });
    },
  };
}
