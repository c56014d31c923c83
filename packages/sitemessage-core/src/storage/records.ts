import type { ErrorKind } from '../errors.ts';

/**
 * The state of a dispatch. Open: `pending`, `processing`, `error` (tried again later). Final: `sent`,
 * `failed` (tried and refused), `skipped` (not tried, on purpose).
 */
export type DispatchStatus = 'pending' | 'processing' | 'error' | FinalStatus;
export type FinalStatus = 'sent' | 'failed' | 'skipped';
export type SkipReason = 'unsubscribed' | 'inactive' | 'suppressed' | 'expired' | 'cancelled';
/**
 * An outcome that was reported after the send, by the provider or by the recipient. `bounced`: it came back
 * for good, and its address gets nothing more. `complained`: the recipient marked it as spam.
 */
export type Outcome = 'delivered' | 'read' | 'bounced' | 'complained';

/**
 * One context of one type. It is stored once, however many recipients it has. Times are integer
 * milliseconds since 1970.
 */
export interface MessageRecord {
  readonly id: string;
  readonly type: string;
  /** JSON text. Storages keep it unchanged, and never read it. */
  readonly context: string;
  /** The sender, in the application's words. */
  readonly sender?: string;
  readonly createdAt: number;
  /** The time from which claimed dispatches are skipped. */
  readonly expiresAt?: number;
  /**
   * True for a message to the subscribers of its type. The subscription is checked again just before
   * sending.
   */
  readonly forSubscribers?: true;
}

/** A message that is about to be stored. */
export interface NewMessage extends MessageRecord {
  /**
   * The key that the application scheduled the message under. The id follows from the key and the position
   * in the call.
   */
  readonly key?: MessageKey;
}

export interface MessageKey {
  /** The key as the application gave it. Errors name it. Storages do not keep it. */
  readonly name: string;
  /** A hash of the type and the context, as a UUID. */
  readonly fingerprint: string;
}

/** The use of a key that a storage remembers, by the id of the message. */
export interface KeyUse {
  readonly type: string;
  readonly fingerprint: string;
}

/** One message for one recipient, about to be stored as `pending`. */
export interface NewDispatch {
  /**
   * An id that follows from message, messenger and address, so that storing a dispatch twice stores it
   * once.
   */
  readonly id: string;
  readonly messageId: string;
  /** An alias, or {@link fanOutAlias}. */
  readonly messenger: string;
  /** The message's type, repeated here because a claim asks for it. */
  readonly type: string;
  /** An integer. Higher priorities go first. */
  readonly priority: number;
  readonly dueAt: number;
  readonly address: string;
  readonly recipientId?: string;
  /**
   * The content of a fan-out row. Absent for other dispatches. Text of any length, which storages keep
   * unchanged.
   */
  readonly fanOut?: string;
}

/**
 * The alias of a fan-out row: a page of recipients that is stored as one row. The process that claims it
 * replaces it by dispatches. A storage treats it like any other alias.
 */
export const fanOutAlias = '*';

/** The error of one attempt. */
export interface DispatchError {
  readonly kind: ErrorKind;
  readonly code: string;
  /** The error's message: redacted, well-formed, without NUL, at most 2,000 characters. */
  readonly message: string;
}

/** A dispatch that is leased under the token of a claim. */
export interface Claim {
  readonly id: string;
  readonly messageId: string;
  readonly address: string;
  readonly recipientId?: string;
  /** The number of this attempt, from 1. */
  readonly attempt: number;
  /** True when the lease of the attempt before ran out after its send began. It may have been sent. */
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
  /**
   * The time at which it may be claimed next: its due time, the next try, or the end of its lease. Absent
   * when final.
   */
  readonly dueAt?: number;
  /** The time of its last change of status. */
  readonly changedAt: number;
  /** The provider's id, when it was sent and the provider gave one. */
  readonly providerId?: string;
  /** The reason why it was skipped. */
  readonly reason?: SkipReason;
  /** The time of the first report of each outcome. Absent without any. */
  readonly outcomes?: Outcomes;
}

export type Outcomes = { readonly [Each in Outcome]?: number };

/** A dispatch with the errors of its attempts, oldest first. */
export interface DispatchDetails extends DispatchRecord {
  readonly errors: readonly AttemptError[];
}

export interface AttemptError extends DispatchError {
  readonly attempt: number;
  readonly at: number;
}
