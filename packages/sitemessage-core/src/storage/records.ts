import type { ErrorKind } from '../errors.ts';

/** Not final: `pending`, `processing`, `error` (will be tried again). Final: `sent`, `failed` (tried, refused), `skipped` (never tried, on purpose). */
export type DispatchStatus = 'pending' | 'processing' | 'error' | FinalStatus;
export type FinalStatus = 'sent' | 'failed' | 'skipped';
export type SkipReason = 'unsubscribed' | 'inactive' | 'suppressed' | 'expired' | 'cancelled';
/**
 * What is told of a dispatch later, by its provider or by whoever got it. `bounced`: it came back for good, and nothing more should be sent there.
 * `complained`: its recipient has called it spam.
 */
export type Outcome = 'delivered' | 'read' | 'bounced' | 'complained';

/** One context of one type, stored once however many people get it. Times are integer milliseconds since 1970. */
export interface MessageRecord {
  readonly id: string;
  readonly type: string;
  /** JSON text. Storages keep it as it is, and never look inside. */
  readonly context: string;
  /** Who sends it, in the host application's words. */
  readonly sender?: string;
  readonly createdAt: number;
  /** Dispatches that are claimed from then on are skipped. */
  readonly expiresAt?: number;
  /** For everybody who is subscribed to its type: who is not any more when it would be sent does not get it. */
  readonly forSubscribers?: true;
}

/** A message that is about to be stored. */
export interface NewMessage extends MessageRecord {
  /** Given when it was scheduled under a key. Its id then follows from the key and from its place in the call. */
  readonly key?: MessageKey;
}

export interface MessageKey {
  /** As the application gave it. Errors name it. Storages do not keep it. */
  readonly name: string;
  /** A hash of the type and the context, in the form of a UUID. */
  readonly fingerprint: string;
}

/** What a storage remembers of a key, by the id of the message. */
export interface KeyUse {
  readonly type: string;
  readonly fingerprint: string;
}

/** One message for one recipient, about to be stored as `pending`. */
export interface NewDispatch {
  /** Derived from message, messenger and address, so that storing it twice stores it once. */
  readonly id: string;
  readonly messageId: string;
  /** An alias, or {@link fanOutAlias}. */
  readonly messenger: string;
  /** The message's type, repeated here because a claim asks for it. */
  readonly type: string;
  /** An integer; higher goes first. */
  readonly priority: number;
  readonly dueAt: number;
  readonly address: string;
  readonly recipientId?: string;
  /** Of a fan-out row only: what it expands from. Text of any length that storages keep as it is. */
  readonly fanOut?: string;
}

/**
 * The alias of a fan-out row: a page of recipients that is stored as one row, and expanded into real dispatches by
 * whoever claims it. A storage treats it like any other alias.
 */
export const fanOutAlias = '*';

/** What went wrong in one attempt. */
export interface DispatchError {
  readonly kind: ErrorKind;
  readonly code: string;
  /** Redacted, well-formed, without NUL, at most 2,000 characters. */
  readonly message: string;
}

/** A dispatch that is leased to whoever holds the token it was claimed under. */
export interface Claim {
  readonly id: string;
  readonly messageId: string;
  readonly address: string;
  readonly recipientId?: string;
  /** Counts this one; from 1. */
  readonly attempt: number;
  /** The lease of the attempt before ran out after it was handed to `send`: it may have gone out. */
  readonly recovered: boolean;
  /** How many leases in a row ran out while it was in flight, or about to be. A result sets it to 0. */
  readonly losses: number;
  readonly fanOut?: string;
}

/** A dispatch as an operator sees it. */
export interface DispatchRecord {
  readonly id: string;
  readonly messageId: string;
  readonly messenger: string;
  readonly type: string;
  readonly priority: number;
  readonly address: string;
  readonly recipientId?: string;
  readonly status: DispatchStatus;
  readonly attempt: number;
  /** When it may be claimed next: its due time, the time of its next try, or the end of its lease. Absent when final. */
  readonly dueAt?: number;
  /** When its status last changed. */
  readonly changedAt: number;
  /** The provider's id, when it was sent and the provider gave one. */
  readonly providerId?: string;
  /** Why it was skipped. */
  readonly reason?: SkipReason;
  /** When each of them was reported first. Absent when nothing was. */
  readonly outcomes?: Outcomes;
}

export type Outcomes = { readonly [Each in Outcome]?: number };

/** With what went wrong in each attempt, oldest first. */
export interface DispatchDetails extends DispatchRecord {
  readonly errors: readonly AttemptError[];
}

export interface AttemptError extends DispatchError {
  readonly attempt: number;
  readonly at: number;
}
