import type { Limit } from '../messenger/messenger.ts';
import type {
  Claim,
  DispatchDetails,
  DispatchError,
  DispatchRecord,
  DispatchStatus,
  FinalStatus,
  MessageRecord,
  NewDispatch,
  NewMessage,
  Outcome,
  SkipReason,
} from './records.ts';
import type { SubscriptionStore } from './subscriptions.ts';
import type { SuppressionStore } from './suppressions.ts';

/**
 * Keeps messages, dispatches, subscriptions and suppressions. Every method is required and atomic: a
 * database that cannot claim atomically cannot be a storage.
 *
 * Core makes the ids, passes the time and decides the next state. A storage computes no backoff and never
 * retries a dispatch.
 *
 * `Transaction` is the application's transaction object, if the storage can join one. `storageContract`
 * from `@sitemessage/core/testing` checks every promise made here.
 */
export interface Storage<Transaction = never, Stored = unknown> {
  readonly queue: QueueStore;
  readonly subscriptions: SubscriptionStore;
  readonly suppressions: SuppressionStore;
  /**
   * The number of writes at once. Use 1 if a write blocks the process, and more for a server. Core keeps no
   * more writes in flight.
   */
  readonly concurrency: number;
  /**
   * Enqueues through the application's open transaction on the same database. The application commits or
   * rolls back. `Stored` is the ids of the new messages, or a promise of them, as its transactions need it.
   */
  enqueueIn(transaction: Transaction, messages: readonly NewMessage[], dispatches: readonly NewDispatch[], now: number): Stored;
  /**
   * Calls the watcher on changes by other processes. Returns a function that stops this. Neither function
   * throws. A storage that cannot know of changes never calls it.
   */
  watch(watcher: Watcher): () => void;
  /**
   * Returns the time in milliseconds since 1970, by the clock that counts for all workers: the database
   * server's, or this process's when there is no server.
   */
  clock(): Promise<number>;
  /**
   * Brings the schema up to date. Safe to call at any time, by several processes at once. Core calls it
   * before any other method.
   */
  migrate(): Promise<void>;
  /**
   * Releases everything that the storage opened. Afterwards every method of its stores rejects, and so does
   * `migrate`. May be called again.
   */
  close(): Promise<void>;
}

/** Listens for changes by other processes. Workers poll as well, so nothing depends on it. */
export interface Watcher {
  /** Another process, or this one, has stored a dispatch that may be due. */
  wake(): void;
  /** The storage cannot learn of changes for now, and keeps trying. Called once for each outage. */
  failed(error: unknown): void;
  /** The storage learns of changes again. Called once for each outage that was reported. */
  recovered(): void;
}

export interface QueueStore {
  /**
   * Stores messages and their dispatches, all of them or none. A message id that is stored already changes
   * nothing: neither the message nor its dispatches are added, and the id is not returned. A stored
   * dispatch id changes nothing either.
   *
   * An async iterable is stored item by item. Nothing can claim, list or count these items until its end.
   * Then all become visible at once. No lock and no transaction is held while it is awaited. If it throws,
   * everything is taken back and the error is passed on. {@link prune} deletes what a crash left behind.
   *
   * A message with a `key` is stored only when no key of its id is remembered. The key is remembered in the
   * same transaction. It outlives the message until {@link prune} deletes it. If the remembered fingerprint
   * differs, nothing of the call is stored, and it rejects with the error of `checkKeyUse`.
   *
   * Returns the ids of the new messages.
   */
  enqueue(
    messages: readonly NewMessage[],
    dispatches: readonly NewDispatch[] | AsyncIterable<NewDispatch>,
    now: number,
  ): Promise<readonly string[]>;

  /**
   * Leases rows that are due, and counts the attempt. Order: priority descending, then `dueAt`, then id. A
   * row is due when it is not final and its `dueAt` is not after `now`. Each row goes to one caller.
   * `messages` holds each claimed message once.
   *
   * A row whose lease ran out may be claimed too. The marks of its last token say how far it got:
   * - Marked by {@link settle}: it may have been sent. It comes back as `recovered`, its attempt counts,
   *   and `losses` grows by 1.
   * - Marked by this method: it was about to be sent. The lost attempt is given back, and `losses` grows by
   *   1.
   * - Not marked: it comes back as if it had not been claimed, with `losses` 0.
   */
  claim(request: ClaimRequest): Promise<Claimed>;

  /**
   * Stores results, all of them or none. A result is applied only if its row is still `processing` under
   * this token, whether or not the lease is over. Dispatches of an `expanded` result are stored only if it
   * was applied.
   *
   * `marks` replace the marks of the token, in the same transaction, unless marks with a higher `seq` are
   * stored already. Without `marks`, the stored ones stay.
   */
  settle(token: string, settlements: readonly Settlement[], now: number, marks?: Marks): Promise<Settled>;

  /**
   * Paces all processes that share this storage, by GCRA. Each request in turn gets the earliest time, from
   * `now` on, that all its limits allow and no deferral forbids. It is granted if that time is not after
   * `until`, and if it leaves no interval of another limit unused.
   *
   * A granted request is charged to all its limits, a refused one to none. A refused request gets a later
   * time than those that were refused before it under the same key in this call, so that they do not all
   * return at once. A limit with `intervalMs` 0 never fills up: its key can only be deferred. `grantSlots`
   * computes all of this.
   */
  reserve(requests: readonly Reservation[], now: number, until: number): Promise<readonly Slot[]>;

  /**
   * Grants nothing under this key before `until`. A later time replaces an earlier one, and an earlier time
   * changes nothing.
   */
  defer(key: string, until: number): Promise<void>;

  /** Finds one dispatch, with the errors of its attempts. Resolves to undefined for an unknown id. */
  find(id: string): Promise<DispatchDetails | undefined>;

  /**
   * Lists the dispatches that match, ordered by id, in constant memory. Changes during the listing may or
   * may not appear.
   */
  list(filter: DispatchFilter): AsyncIterable<DispatchRecord>;

  /**
   * Counts dispatches by messenger, type and status, in this order. Final ones are counted only with
   * `since`. A fan-out row counts as one.
   */
  counts(filter?: CountFilter): Promise<Counts>;

  /**
   * Lists the messenger and type of each queue with open dispatches, in this order. It counts nothing, so
   * it is fast.
   */
  openQueues(): Promise<readonly Queue[]>;

  /**
   * Makes matching `failed` and `skipped` dispatches `pending`, due now, with no attempt counted. Their
   * errors are kept. Returns how many.
   */
  requeue(filter: DispatchFilter, now: number): Promise<number>;

  /**
   * Makes matching `pending` and `error` dispatches `skipped` as `cancelled`. Dispatches in flight stay.
   * Returns how many.
   */
  cancel(filter: DispatchFilter, now: number): Promise<number>;

  /**
   * Stores the outcome of a dispatch, whatever its status, with the time `now`. The first report keeps its
   * time. Returns true if the outcome is new, and false for an unknown dispatch.
   */
  report(id: string, outcome: Outcome, now: number): Promise<boolean>;

  /**
   * Deletes one batch of finished dispatches. Call it again until it deletes nothing. A key stays when its
   * message goes, and remembers `now` as the time of that.
   */
  prune(request: PruneRequest): Promise<Pruned>;
}

export interface ClaimRequest {
  /** A new token for each claim. Results under an older token are refused. */
  readonly token: string;
  readonly now: number;
  readonly leaseUntil: number;
  readonly limit: number;
  /** One alias, so that a slow messenger never holds up another. */
  readonly messenger: string;
  /**
   * The message types that this process can render. Rows of other types are never touched, and do not slow
   * the claim down.
   */
  readonly types: readonly string[];
  /** Only rows of exactly this priority. Default: all. */
  readonly priority?: number;
  /** How many of the first claims to mark, because the caller is about to send them. Default 0. */
  readonly inFlight?: number;
}

/** The dispatches that a process has handed to its messenger under one token. */
export interface Marks {
  /** Counts up from 1 for each token. */
  readonly seq: number;
  /** The ids of dispatches that were handed to `send` and have no result yet. */
  readonly ids: readonly string[];
}

export interface Settled {
  /** The ids of the results that were stored. */
  readonly ids: readonly string[];
  /** How many dispatches of `expanded` results were new. */
  readonly added: number;
}

export interface Claimed {
  /** The claims, in the order in which to send them. */
  readonly claims: readonly Claim[];
  readonly messages: readonly MessageRecord[];
}

/** The result of a claim. */
export type Settlement = { readonly id: string } & (
  | { readonly status: 'sent'; readonly providerId?: string }
  /** Tried again at `dueAt`. */
  | { readonly status: 'error'; readonly dueAt: number; readonly error: DispatchError }
  | { readonly status: 'failed'; readonly error: DispatchError }
  | { readonly status: 'skipped'; readonly reason: SkipReason }
  /** Back to `pending`. The attempt is given back. */
  | { readonly status: 'released'; readonly dueAt: number }
  /** A fan-out row, replaced by these dispatches. */
  | { readonly status: 'expanded'; readonly dispatches: readonly NewDispatch[] }
);

export interface Reservation {
  readonly limits: readonly Limit[];
}

export interface Slot {
  /** The earliest time at which the request may go, as far as is known now. */
  readonly at: number;
  readonly granted: boolean;
  /** The key of the limit that a refused request has to wait for the longest. */
  readonly key?: string;
}

/** Selects dispatches that match every given field. An empty filter matches all. */
export interface DispatchFilter {
  /** Dispatch ids. An empty list matches nothing. */
  readonly ids?: readonly string[];
  /** The id of a message, as `scheduleMessages` returned it. */
  readonly messageId?: string;
  /** An alias. */
  readonly messenger?: string;
  /** The alias of a message type. */
  readonly type?: string;
  /** The exact address, as the messenger's `getAddress` returned it. */
  readonly address?: string;
  readonly status?: DispatchStatus;
  /** Only dispatches whose status changed at this time or later, in milliseconds since 1970. */
  readonly since?: number;
  /** The exact id that the provider returned. */
  readonly providerId?: string;
  /** Only dispatches with this outcome. */
  readonly outcome?: Outcome;
}

export interface CountFilter {
  /** An alias. */
  readonly messenger?: string;
  /** The alias of a message type. */
  readonly type?: string;
  /**
   * Also counts final dispatches whose status changed at this time or later, in milliseconds since 1970.
   * Default: no final ones.
   */
  readonly since?: number;
}

/** The dispatches of one messenger and one message type. */
export interface Queue {
  readonly messenger: string;
  readonly type: string;
}

export type Counts = readonly Count[];

export interface Count extends Queue {
  readonly status: DispatchStatus;
  readonly count: number;
}

export interface PruneRequest {
  readonly now: number;
  readonly statuses: readonly FinalStatus[];
  /** Only dispatches that became final before this time. */
  readonly before: number;
  /** Only unfinished async iterables whose items were stored before this time. */
  readonly abandonedBefore: number;
  /** Only keys whose message was deleted before this time. */
  readonly keysBefore: number;
  /** True to keep messages that have no dispatch left. */
  readonly dispatchesOnly: boolean;
  /** The most dispatches that one call deletes, and as many messages and keys. */
  readonly limit: number;
}

export interface Pruned {
  readonly dispatches: number;
  readonly messages: number;
}
