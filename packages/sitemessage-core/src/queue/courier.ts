import type { AnyMessenger } from '../messenger/messenger.ts';
import type { Parts } from '../parts.ts';
import { createPace, type Pace } from './pace.ts';
import { createPause, type Pause } from './pause.ts';
import { createSessionKeeper, type SessionKeeper } from './session.ts';
import { createThroughput, type Throughput } from './throughput.ts';

/** Works for one messenger, and keeps its session, its pace and its pause from one round to the next. */
export interface Courier {
  readonly messenger: AnyMessenger;
  readonly session: SessionKeeper;
  readonly pace: Pace;
  readonly pause: Pause;
  readonly throughput: Throughput;
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
    inFlight: new Set(),
  };
}
