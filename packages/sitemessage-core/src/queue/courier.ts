import type { AnyMessenger } from '../messenger/messenger.ts';
import type { Parts } from '../parts.ts';
import { createLater, type Later } from './later.ts';
import { createPace, type Pace } from './pace.ts';
import { createPause, type Pause } from './pause.ts';
import { createSessionKeeper, type SessionKeeper } from './session.ts';
import { createThroughput, type Throughput } from './throughput.ts';

/** Works for one messenger, and keeps what outlives a round: its session, its pace, its pause. */
export interface Courier {
  readonly messenger: AnyMessenger;
  readonly session: SessionKeeper;
  readonly pace: Pace;
  readonly pause: Pause;
  readonly throughput: Throughput;
  readonly later: Later;
  /** Keys of limits that more than one address has. */
  readonly sharedKeys: Set<string>;
  /** How many to claim at most: the share of a limit that this worker gets. */
  allowance: number;
  /** The ids of dispatches that are being sent. */
  readonly inFlight: Set<string>;
}

export function createCourier(messenger: AnyMessenger, { runtime, storage, clock }: Parts): Courier {
  return {
    messenger,
    session: createSessionKeeper(messenger, runtime),
    pace: createPace(messenger, storage.queue, clock, runtime),
    pause: createPause(runtime),
    throughput: createThroughput(runtime),
    later: createLater(),
    sharedKeys: new Set(),
    allowance: Number.POSITIVE_INFINITY,
    inFlight: new Set(),
  };
}
