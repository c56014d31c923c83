import type { RetryPolicy } from './retry.ts';

/**
 * Delivers over one protocol. Make one with `defineMessenger`; hold no connection on it: that belongs to a {@link Session}.
 * `messengerContract` from `@sitemessage/core/testing` checks everything that is said here.
 */
export interface Messenger<Alias extends string = string, Input = string> {
  /** The name that dispatches are stored under; unique in one site. */
  readonly alias: Alias;
  /** The alias of its definition. `render` and `messengers` of a message type match the alias first, then the protocol. */
  readonly protocol: string;
  /** For people: shown in preference pages. */
  readonly title: string;
  /** Whether users may subscribe to messages through it. Default true. */
  readonly allowUserSubscription: boolean;
  /** Sends in flight in one session. Default 1. */
  readonly concurrency: number;
  /** Of one send, in milliseconds. Default 30,000. A lease is at least twice that. */
  readonly timeoutMs: number;
  /** Default: 30 s, times 3 each time, up to 6 h. */
  readonly retry?: RetryPolicy;
  /**
   * What the provider allows to be sent to this address; all of them must hold. Default: no limits. What it throws, or what is no limit,
   * is a transient error of that dispatch, of code `limits_invalid`.
   */
  limits?(address: string): readonly Limit[];
  /**
   * Whatever the caller passed -> the canonical string that is stored, or an `AddressError`. Pure; accepts its own output.
   * Scheduling calls it once per recipient.
   */
  getAddress(recipient: Input): string;
  /**
   * Connects and logs in. Whatever it throws uses up no attempt and pauses the messenger (5 s, doubling to 5 min). The signal concerns
   * opening alone: aborted later, it changes nothing.
   */
  open(context: SendContext): Promise<Session>;
}

/** An open connection. Kept over consecutive batches, closed after 5 s idle, when lost, and on stop. */
export interface Session {
  /** Resolves when the provider has taken the message; throws one of the error classes when it has not. */
  send(delivery: Delivery, context: SendContext): Promise<Receipt>;
  /** Leaves no socket, timer or listener behind. Called once, also after the session was lost. */
  close?(): Promise<void>;
}

export interface SendContext {
  /** Aborted when `timeoutMs` are over, or when a worker has to stop now. */
  readonly signal: AbortSignal;
}

/** One message for one recipient, rendered. */
export interface Delivery {
  /** A UUID, the same for every attempt: the provider's idempotency key (Message-ID, VK's guid, a stanza's id). */
  readonly id: string;
  /** As `getAddress` returned it. */
  readonly address: string;
  /** Counts from 1. */
  readonly attempt: number;
  readonly message: { readonly id: string; readonly type: string };
  /** The id of the host application's user, when there is one. */
  readonly recipientId?: string;
  readonly content: Content;
}

/** What a message type renders. A messenger adds its own part by declaration merging. */
export interface Content {
  /** Plain text. Empty when the message type gave only `html`: send that, or refuse with a `PermanentError`; never send nothing. */
  readonly text: string;
  readonly subject?: string;
  readonly html?: string;
  /** A URL that the message is about. */
  readonly link?: string;
  readonly attachments?: readonly Attachment[];
  /** Where this recipient unsubscribes with one POST (RFC 8058). */
  readonly unsubscribeUrl?: string;
}

/** Files are read by `render`, not by the messenger: a path that came from a context could name any file of the machine. */
export interface Attachment {
  readonly filename: string;
  readonly content: string | Uint8Array;
  /** Default: guessed from the file name. */
  readonly contentType?: string;
  /** Makes it an inline image that HTML shows as `cid:...`. */
  readonly contentId?: string;
}

/** What else is in it, or is of another type, is left out: what was sent must not be sent again for an odd receipt. */
export interface Receipt {
  /** At most 500 characters. The provider's own id of what it took, unlike that of any other message of this messenger. */
  readonly providerId?: string;
  /** The recipient has another address now (a Telegram group that became a supergroup); reported in a `moved` event. */
  readonly movedTo?: string;
  /** Sent, but the provider wants nothing more for so many milliseconds; core waits 24 hours at most. */
  readonly pauseMs?: number;
}

/**
 * No more than `burst` at once and one every `intervalMs` on average, for everybody who sends under the same `key`,
 * on however many machines. In any window: at most `window / intervalMs + burst`.
 */
export interface Limit {
  /** Not empty. */
  readonly key: string;
  /** Milliseconds, 0 or more; 0 never fills up. */
  readonly intervalMs: number;
  /** 1 or more. */
  readonly burst: number;
}

/** A messenger of whatever alias and recipients. */
export type AnyMessenger = Messenger<string, never>;
