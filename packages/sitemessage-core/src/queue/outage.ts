import type { Events } from '../events.ts';
import { storedError } from './stored-error.ts';

/** Tells of an outage of the storage once when it begins and once when it ends, however many workers and messengers meet it. */
export interface Outage {
  /** `who` has met it: a messenger, or a function of the queue. */
  failed(who: object, error: unknown): void;
  /** The storage works for `who`. The outage ends when it works for all that met it. */
  worked(who: object): void;
}

export function createOutage(events: Events): Outage {
  const failing = new Set<object>();
  return {
    failed(who, error) {
      if (failing.size === 0) events.emit({ type: 'storage_failed', error: storedError(error) });
      failing.add(who);
    },
    worked(who) {
      if (failing.delete(who) && failing.size === 0) events.emit({ type: 'storage_recovered' });
    },
  };
}
