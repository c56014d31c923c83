import type { Parts } from '../parts.ts';
import type { DispatchError } from '../storage/records.ts';
import type { Courier } from './courier.ts';

/** How a worker is: plain data without a secret, fit for the answer of a health check. Times are milliseconds since 1970. */
export interface WorkerHealth {
  readonly state: 'running' | 'stopping' | 'stopped';
  readonly storage: StorageHealth;
  /** By alias. */
  readonly messengers: Readonly<Record<string, MessengerHealth>>;
}

export interface StorageHealth {
  /** Whether it answered when it was asked last. */
  readonly isReachable: boolean;
  /** Since when it has not, by this machine's clock. */
  readonly failingSince?: number;
  /** What it threw last, while it cannot be reached. */
  readonly error?: DispatchError;
}

export interface MessengerHealth {
  /** `paused` when it cannot work until something is mended, and tries from time to time. */
  readonly state: 'working' | 'idle' | 'paused';
  /** Dispatches that are being sent. */
  readonly inFlight: number;
  /** When the last result of a message that was sent was stored, by this machine's clock. */
  readonly lastSentAt?: number;
  /** When it tries again, by the storage's clock. */
  readonly pausedUntil?: number;
  /** What paused it. */
  readonly error?: DispatchError;
}

/** Follows what happens, to say how a worker is at any time. */
export interface HealthRecord {
  /** The storage did what it was asked. */
  answered(): void;
  read(state: WorkerHealth['state']): WorkerHealth;
  end(): void;
}

export function recordHealth(couriers: readonly Courier[], { runtime, events }: Parts): HealthRecord {
  const lastSent = new Map<string, number>();
  const pauses = new Map<string, { readonly pausedUntil: number; readonly error: DispatchError }>();
  let trouble: { readonly failingSince: number; readonly error: DispatchError } | undefined;

  const off = events.on((event) => {
    if (event.type === 'sent') lastSent.set(event.dispatch.messenger, runtime.now());
    else if (event.type === 'paused') pauses.set(event.messenger, { pausedUntil: event.until, error: event.error });
    else if (event.type === 'resumed') pauses.delete(event.messenger);
    else if (event.type === 'storage_failed') trouble = { failingSince: trouble?.failingSince ?? runtime.now(), error: event.error };
  });

  const read = ({ messenger, inFlight }: Courier): MessengerHealth => {
    const pause = pauses.get(messenger.alias);
    const lastSentAt = lastSent.get(messenger.alias);
    return {
      state: pause ? 'paused' : inFlight.size > 0 ? 'working' : 'idle',
      inFlight: inFlight.size,
      ...(lastSentAt !== undefined && { lastSentAt }),
      ...pause,
    };
  };

  return {
    answered() {
      trouble = undefined;
    },
    read: (state) => ({
      state,
      storage: { isReachable: trouble === undefined, ...trouble },
      messengers: Object.fromEntries(couriers.map((courier) => [courier.messenger.alias, read(courier)])),
    }),
    end: off,
  };
}
