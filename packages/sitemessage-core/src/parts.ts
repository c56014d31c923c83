import type { EventDispatch, Events } from './events.ts';
import type { Links } from './message/message-type.ts';
import type { MessageTypes } from './message/registry.ts';
import type { Messengers } from './messenger/messengers.ts';
import type { Breakers } from './queue/breaker.ts';
import type { Clock } from './queue/clock.ts';
import type { Outage } from './queue/outage.ts';
import type { SendGate } from './queue/send-gate.ts';
import type { Unsettled } from './queue/unsettled.ts';
import type { Runtime } from './runtime.ts';
import type { Storage } from './storage/port.ts';

/** What one site is made of; each part of the queue takes what it needs of it. */
export interface Parts {
  readonly runtime: Runtime;
  readonly storage: Storage;
  /** Resolves when the storage's schema is up to date; asked before each piece of work, since the storage may come later than the worker. */
  ready(): Promise<void>;
  readonly clock: Clock;
  readonly messengers: Messengers;
  readonly types: MessageTypes;
  readonly events: Events;
  readonly outage: Outage;
  readonly links: (dispatch: EventDispatch) => Links;
  readonly users: Users;
  readonly unsettled: Unsettled;
  readonly gate: SendGate;
  readonly breakers: Breakers;
}

/** How the host application's user objects are read. */
export interface Users {
  readonly addressOf?: (user: never, alias: string) => unknown;
  readonly idOf?: (user: never) => string | number | undefined;
  readonly resolve?: (ids: readonly string[]) => Promise<Iterable<unknown>> | Iterable<unknown>;
  readonly isActive?: (user: never) => boolean;
}
