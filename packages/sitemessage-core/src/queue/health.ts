import type { DispatchError } from '../storage/records.ts';
import type { Courier } from './courier.ts';
import type { StorageHealth } from './storage-health.ts';

/** How a worker is: plain data without a secret, fit for the answer of a health check. Times are milliseconds since 1970, by this machine's clock. */
export interface WorkerHealth {
  readonly state: 'running' | 'stopping' | 'stopped';
  readonly storage: StorageHealth;
  /** By alias. */
  readonly messengers: Readonly<Record<string, MessengerHealth>>;
}

export interface MessengerHealth {
  /** `paused` when it cannot work until something is mended, and tries from time to time. */
  readonly state: 'working' | 'idle' | 'paused';
  /** Dispatches that are being sent. */
  readonly inFlight: number;
  /** When this worker sent something last. */
  readonly lastSentAt?: number;
  /** When it tries again. */
  readonly pausedUntil?: number;
  /** What paused it. */
  readonly error?: DispatchError;
}

export function messengersHealth(couriers: readonly Courier[]): Readonly<Record<string, MessengerHealth>> {
  return Object.fromEntries(couriers.map((courier) => [courier.messenger.alias, messengerHealth(courier)]));
}

function messengerHealth({ pause, inFlight, throughput }: Courier): MessengerHealth {
  const cause = pause.cause();
  const lastSentAt = throughput.lastAt();
  return {
    state: cause ? 'paused' : inFlight.size > 0 ? 'working' : 'idle',
    inFlight: inFlight.size,
    ...(lastSentAt !== undefined && { lastSentAt }),
    ...(cause && { pausedUntil: cause.until, error: cause.error }),
  };
}
