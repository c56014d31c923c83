import type { RetryPolicy } from './retry.ts';

/**
 * Delivers messages over one protocol. Make one with `defineMessenger`. A messenger holds no connection:
 * every connection belongs to a {@link Session}. `messengerContract` from `@sitemessage/core/testing` tests
 * each promise of this interface.
 */
export interface Messenger<Alias extends string = string, Input = string> {
  /** The name that recipients and stored dispatches use. Unique within a site. */
  readonly alias: Alias;
  /**
   * The protocol's name. `render` and `messengers` of a message type match the alias first, then the
   * protocol.
   */
  readonly protocol: string;
  /** The name for people, shown on preference pages. */
  readonly title: string;
  /** True when users may subscribe to messages through it. `defineMessenger` sets true by default. */
  readonly allowUserSubscription: boolean;
  /**
   * The number of sends at the same time in one session: an integer, 1 or more. `defineMessenger` sets 1 by
   * default.
   */
  readonly concurrency: number;
  /**
   * The time limit of one `send`, and of one `open`, in whole milliseconds. `defineMessenger` sets 30,000 by
   * default. A lease lasts at least twice as long.
   */
  readonly timeoutMs: number;
  /** The waits between attempts. Default: 30 s, then 3 times the wait before, up to 6 h. */
  readonly retry?: RetryPolicy;
  /**
   * Returns the provider's rate limits for an address. A send waits until all of them allow it. Default: no
   * limits. If it throws or returns something else, the dispatch gets a transient error, `limits_invalid`.
   */
  limits?(address: string): readonly Limit[];
  /**
   * Returns the address to store, in its canonical form. A pure function that accepts its own output.
   * Scheduling calls it once for each recipient.
   *
   * @throws AddressError when the recipient is no address of this messenger.
   */
  getAddress(recipient: Input): string;
  /**
   * Connects and logs in. An error uses up no attempt: the messenger pauses for 5 s, doubling up to 5 min.
   * The signal covers opening only. An abort after that has no effect.
   */
  open(context: SendContext): Promise<Session>;
}

/**
 * An open connection. Core keeps it from batch to batch. Core closes it after 5 s without a send, when it is
 * lost, and when the worker stops.
 */
export interface Session {
  /**
   * Sends one message. Resolves when the provider has accepted it. The class of the error decides what core
   * does next.
   *
   * @throws TransientError when nothing was sent and a later attempt may work.
   * @throws PermanentError when the provider refuses this message or this recipient.
   * @throws AddressError when the address cannot work.
   * @throws ConfigurationError when somebody must change something first, such as a token.
   * @throws UnknownOutcomeError when nobody can tell if the message was sent.
   */
  send(delivery: Delivery, context: SendContext): Promise<Receipt>;
  /**
   * Closes the connection. No socket, timer or listener may remain. Core calls it once, also for a lost
   * session.
   */
  close?(): Promise<void>;
}

export interface SendContext {
  /** Aborts after `timeoutMs`, and when a worker must stop at once. */
  readonly signal: AbortSignal;
}

/** One rendered message for one recipient. */
export interface Delivery {
  /**
   * The dispatch's id, a UUID. Every attempt has the same one, so use it as the provider's idempotency key
   * (Message-ID, VK's `guid`, the id of a stanza).
   */
  readonly id: string;
  /** The address that `getAddress` returned. */
  readonly address: string;
  /** The number of this attempt, from 1. */
  readonly attempt: number;
  /** The stored message: its id, and the alias of its message type. */
  readonly message: { readonly id: string; readonly type: string };
  /** The id of the application's user. Missing for a bare address. */
  readonly recipientId?: string;
  /** The content that `render` of the message type returned. */
  readonly content: Content;
}

/** The content of one delivery. A messenger adds fields for its own protocol by declaration merging. */
export interface Content {
  /**
   * The plain text. Empty when `render` returned only `html` or attachments. Send those, or throw a
   * `PermanentError`. Never send an empty message.
   */
  readonly text: string;
  /** The subject, for protocols that have one. */
  readonly subject?: string;
  /** The HTML. */
  readonly html?: string;
  /** The URL that the message is about. */
  readonly link?: string;
  /** The files to send with the message. */
  readonly attachments?: readonly Attachment[];
  /** The URL at which one POST unsubscribes this recipient (RFC 8058). */
  readonly unsubscribeUrl?: string;
}

/**
 * A file of a message. `render` reads it, not the messenger: a path taken from a context could name any
 * file of the machine.
 */
export interface Attachment {
  /** The file's name, as the recipient sees it. */
  readonly filename: string;
  /** The file's content: text or bytes. */
  readonly content: string | Uint8Array;
  /** The MIME type. Default: guessed from the file name. */
  readonly contentType?: string;
  /** The id that makes the file an inline image. HTML shows it as `cid:` and this id. */
  readonly contentId?: string;
}

/**
 * The provider's answer to a message that it accepted. Core ignores other fields and wrong types: an odd
 * receipt must not turn a sent message into an error, and so into a repeat.
 */
export interface Receipt {
  /**
   * The provider's id of this message, at most 500 characters. Unique among the messages of this messenger.
   */
  readonly providerId?: string;
  /**
   * The recipient's new address, such as that of a Telegram group that became a supergroup. Core reports it
   * in a `moved` event.
   */
  readonly movedTo?: string;
  /** The time in milliseconds for which the provider wants no more sends. Core waits at most 24 hours. */
  readonly pauseMs?: number;
}

/**
 * A rate limit: `burst` sends at once, then one every `intervalMs` on average. All senders that use the
 * same `key` share it, on any number of machines. A window of time sees at most `window / intervalMs +
 * burst` sends.
 */
export interface Limit {
  /** The name of the limit, not empty. */
  readonly key: string;
  /** The average time between two sends, in milliseconds: 0 or more. 0 means no limit. */
  readonly intervalMs: number;
  /** The number of sends that may go at once: 1 or more. */
  readonly burst: number;
}

/** A messenger of any alias, for any recipients. */
export type AnyMessenger = Messenger<string, never>;
