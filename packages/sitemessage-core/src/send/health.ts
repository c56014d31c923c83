import type { DispatchError } from '../storage/records.ts';
import type { Channel } from './channel.ts';
import type { StorageHealth } from './observe-storage.ts';

/**
 * The health of a worker: plain data without a secret, for a health check to return. Times are milliseconds
 * since 1970, by this machine's clock.
 */
export interface WorkerHealth {
  readonly state: 'running' | 'stopping' | 'stopped';
  readonly storage: StorageHealth;
  /** By alias. */
  readonly messengers: Readonly<Record<string, MessengerHealth>>;
}

export interface MessengerHealth {
  /** `paused` when it cannot work until something is mended. It tries again from time to time. */
  readonly state: 'working' | 'idle' | 'paused';
  /** The number of dispatches that are being sent. */
  readonly inFlight: number;
  /** The time of this worker's last send. */
  readonly lastSentAt?: number;
  /** The time of the next try. */
  readonly pausedUntil?: number;
  /** The error that paused it. */
  readonly error?: DispatchError;
}

export function messengersHealth(channels: readonly Channel[]): Readonly<Record<string, MessengerHealth>> {
  return Object.fromEntries(channels.map((channel) => [channel.messenger.alias, messengerHealth(channel)]));
}

function messengerHealth({ pause, inFlight, throughput }: Channel): MessengerHealth {
  const cause = pause.cause();
  const lastSentAt = throughput.lastAt();
  return {
    state: cause ? 'paused' : inFlight.size > 0 ? 'working' : 'idle',
    inFlight: inFlight.size,
    ...(lastSentAt !== undefined && { lastSentAt }),
    ...(cause && { pausedUntil: cause.until, error: cause.error }),
  };
}
