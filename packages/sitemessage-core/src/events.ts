import { inspect } from 'node:util';
import { ArgumentError, type TransientScope } from './errors.ts';
import type { DispatchError, Outcome, SkipReason } from './storage/records.ts';
import type { SuppressionReason } from './storage/suppressions.ts';

/** The dispatch that an event is about. */
export interface EventDispatch {
  readonly id: string;
  readonly messageId: string;
  readonly type: string;
  readonly messenger: string;
  readonly address: string;
  readonly recipientId?: string;
  readonly attempt: number;
}

/** What happened. No event holds a secret, and none holds a message's context. */
export type SitemessageEvent =
  /**
   * Stored by `scheduleMessages`, in this process; what `prepare` saves is not told. A message whose `key` was used before is not new.
   */
  | {
      readonly type: 'scheduled';
      readonly messages: readonly { readonly id: string; readonly type: string; readonly dispatches: number; readonly isNew: boolean }[];
    }
  /** Its result is stored. `providerId` is the provider's own id, where it has one. */
  | { readonly type: 'sent'; readonly dispatch: EventDispatch; readonly providerId?: string }
  /** Will be tried again at `dueAt`. */
  | { readonly type: 'error'; readonly dispatch: EventDispatch; readonly error: DispatchError; readonly dueAt: number }
  /** Tried, and not tried again: refused, or all attempts are used up. `recipientGone`: the provider says that there is nobody at this address. */
  | { readonly type: 'failed'; readonly dispatch: EventDispatch; readonly error: DispatchError; readonly recipientGone: boolean }
  | { readonly type: 'skipped'; readonly dispatch: EventDispatch; readonly reason: SkipReason }
  /** Given back without using an attempt: no slot in time, a pause, a stop. */
  | { readonly type: 'released'; readonly dispatch: EventDispatch; readonly dueAt: number }
  /** The attempt before was cut off; nobody knows whether it was delivered. */
  | { readonly type: 'recovered'; readonly dispatch: EventDispatch }
  /** The recipient has another address now; the host application should store it. */
  | { readonly type: 'moved'; readonly dispatch: EventDispatch; readonly movedTo: string }
  /** A user who is subscribed gets nothing of this message: the application has no address that its messenger takes, or cannot say whether the user is active. */
  | {
      readonly type: 'subscriber_failed';
      readonly messenger: string;
      readonly messageType: string;
      readonly userId: string;
      readonly error: DispatchError;
    }
  /**
   * A recipient does not want messages of this type any more, and has said so by a link; told also when there was no subscription. `address` is
   * missing where somebody ended a subscription through another messenger than the one that the link came by.
   */
  | {
      readonly type: 'unsubscribed';
      readonly messageType: string;
      readonly messenger: string;
      readonly address?: string;
      readonly recipientId?: string;
    }
  /** What was told of a dispatch after it was sent: once for each outcome of it. */
  | { readonly type: 'reported'; readonly dispatch: EventDispatch; readonly outcome: Outcome }
  /** Nothing more is sent to this address through this messenger, until that is lifted. */
  | { readonly type: 'suppressed'; readonly messenger: string; readonly address: string; readonly reason: SuppressionReason }
  /**
   * The provider wants nothing more before `until`: for this address, or through this messenger. Holds for every worker. Without an `error` when it
   * said so while it took a message.
   */
  | {
      readonly type: 'deferred';
      readonly messenger: string;
      readonly scope: Exclude<TransientScope, 'dispatch'>;
      readonly address?: string;
      readonly error?: DispatchError;
      readonly until: number;
    }
  /** The messenger cannot work until somebody or something mends it; this process tries again at `until`. */
  | { readonly type: 'paused'; readonly messenger: string; readonly error: DispatchError; readonly until: number }
  | { readonly type: 'resumed'; readonly messenger: string }
  /** `render` of this type failed ten times in a row in this process, which tries one of them each minute and leaves the others as they are. */
  | { readonly type: 'type_paused'; readonly messageType: string; readonly error: DispatchError; readonly until: number }
  | { readonly type: 'type_resumed'; readonly messageType: string }
  /** Dispatches that this site leaves alone: it has no such messenger, or no such message type. */
  | { readonly type: 'untouched'; readonly messenger: string; readonly messageType: string; readonly count: number }
  /** An outage of the storage begins: told once for each outage, by the first who met it. The work goes on when it is over. */
  | { readonly type: 'storage_failed'; readonly error: DispatchError }
  /** The outage is over: the storage works again for all who met it. A worker that waits tries again after 30 s at the latest. */
  | { readonly type: 'storage_recovered' }
  /** The storage cannot hear of what others store: told once, however often it tries. The worker finds it when it looks, after `pollIntervalMs` at the latest. */
  | { readonly type: 'watch_failed'; readonly error: DispatchError }
  /** The storage hears of others again. */
  | { readonly type: 'watch_recovered' };

export type EventListener = (event: SitemessageEvent) => void;

export interface Events {
  on(listener: EventListener): () => void;
  emit(event: SitemessageEvent): void;
  /** Takes all listeners off. */
  end(): void;
}

/** Listeners are called in order, at once, and not waited for. One that throws, now or later, is reported as a process warning and disturbs nothing else. */
export function createEvents(): Events {
  const listeners = new Set<EventListener>();
  const warn = (type: string, error: unknown): void => {
    const reason = error instanceof Error ? error.message : inspect(error);
    process.emitWarning(`An event listener threw on "${type}": ${reason}`, 'SitemessageWarning');
  };
  return {
    on(listener) {
      if (typeof listener !== 'function') throw new ArgumentError('`listener` of onEvent must be a function.', { field: 'listener' });
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    emit(event) {
      for (const listener of listeners) {
        try {
          const returned: unknown = listener(event);
          if (returned instanceof Promise) returned.catch((error) => warn(event.type, error));
        } catch (error) {
          warn(event.type, error);
        }
      }
    },
    end: () => listeners.clear(),
  };
}
