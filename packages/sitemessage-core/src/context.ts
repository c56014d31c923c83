import type { Clock } from './clock.ts';
import type { EventDispatch, Events } from './events.ts';
import type { Links } from './message/message-type.ts';
import type { MessageTypes } from './message/registry.ts';
import type { Messengers } from './messenger/messengers.ts';
import type { Runtime } from './runtime.ts';
import type { Storage } from './storage/port.ts';

/** The parts of one site. Each function takes the ones that it needs. */
export interface SiteContext {
  readonly runtime: Runtime;
  readonly storage: Storage;
  /** Resolves when the storage's schema is up to date. Called before each piece of work, because the storage may start after the worker. */
  ready(): Promise<void>;
  readonly clock: Clock;
  readonly messengers: Messengers;
  readonly types: MessageTypes;
  readonly events: Events;
  readonly links: (dispatch: EventDispatch) => Links;
  readonly users: Users;
}

/** The application's functions that read its user objects. */
export interface Users {
  readonly addressOf?: (user: never, alias: string) => unknown;
  readonly idOf?: (user: never) => string | number | undefined;
  readonly resolve?: (ids: readonly string[]) => Promise<Iterable<unknown>> | Iterable<unknown>;
  readonly isActive?: (user: never) => boolean;
}
