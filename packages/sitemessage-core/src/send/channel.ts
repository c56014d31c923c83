import type { AnyMessenger } from '../messenger/messenger.ts';
import { createSessionKeeper, type SessionKeeper } from '../messenger/session.ts';
import type { SendContext } from './context.ts';
import { createNextSlots, type NextSlots } from './next-slots.ts';
import { createPace, type Pace } from './pace.ts';
import { createPause, type Pause } from './pause.ts';
import { createThroughput, type Throughput } from './throughput.ts';

/** Works for one messenger, and keeps what outlives a round: its session, its pace, its pause. */
export interface Channel {
  readonly messenger: AnyMessenger;
  readonly session: SessionKeeper;
  readonly pace: Pace;
  readonly pause: Pause;
  readonly throughput: Throughput;
  readonly later: NextSlots;
  /** Keys of limits that more than one address has. */
  readonly sharedKeys: Set<string>;
  /** How many to claim at most: the share of a limit that this worker gets. */
  allowance: number;
  /** The ids of dispatches that are being sent. */
  readonly inFlight: Set<string>;
}

export function createChannel(messenger: AnyMessenger, { runtime, storage, clock }: SendContext): Channel {
  return {
    messenger,
    session: createSessionKeeper(messenger, runtime),
    pace: createPace(messenger, storage.queue, clock, runtime),
    pause: createPause(runtime),
    throughput: createThroughput(runtime),
    later: createNextSlots(),
    sharedKeys: new Set(),
    allowance: Number.POSITIVE_INFINITY,
    inFlight: new Set(),
  };
}
