import type { Events } from '../events.ts';
import type { Runtime } from '../runtime.ts';
import { storedError } from '../storage/stored-error.ts';

/** Tells of an outage of the storage once when it begins and once when it ends, however many workers and messengers meet it. */
export interface Outage {
  /** `who` has met it: a messenger, or a function of the queue. */
  failed(who: object, error: unknown): void;
  /** The storage works for `who`. The outage ends when it works for all that met it. */
  worked(who: object): void;
}

/** Whoever still works asks again every 30 s. Who has not failed for longer was stopped meanwhile, and says nothing of the storage. */
const forgottenMs = 60_000;

export function createOutage(events: Events, { monotonic }: Pick<Runtime, 'monotonic'>): Outage {
  /** When each failed last, on the monotonic clock. */
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
