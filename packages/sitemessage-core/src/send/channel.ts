import type { AnyMessenger } from '../messenger/messenger.ts';
import { createSessionKeeper, type SessionKeeper } from '../messenger/session.ts';
import type { SendSite } from './context.ts';
import { createNextSlots, type NextSlots } from './next-slots.ts';
import { createPace, type Pace } from './pace.ts';
import { createPause, type Pause } from './pause.ts';
import { createShare, type Share } from './share.ts';
import { createThroughput, type Throughput } from './throughput.ts';

/** One messenger of one worker, with everything that outlives a round. */
export interface Channel {
  readonly messenger: AnyMessenger;
  readonly session: SessionKeeper;
  readonly pace: Pace;
  readonly pause: Pause;
  readonly throughput: Throughput;
  readonly nextSlots: NextSlots;
  readonly share: Share;
  /** The ids of dispatches that are being sent. */
  readonly inFlight: Set<string>;
}

export function createChannel(messenger: AnyMessenger, { runtime, storage, clock }: SendSite): Channel {
  return {
    messenger,
    session: createSessionKeeper(messenger, runtime),
    pace: createPace(messenger, storage.queue, clock, runtime),
    pause: createPause(runtime),
    throughput: createThroughput(runtime),
    nextSlots: createNextSlots(),
    share: createShare(),
    inFlight: new Set(),
  };
}
