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
 * What a storage is. Every method is required and atomic: what cannot claim atomically is no storage. Core makes the ids,
 * passes the time and decides the next state; a storage computes no back-off and never retries a dispatch.
 *
 * `Transaction` is what stands for a transaction of the host application, if the storage can take part in one.
 *
 * `storageContract` from `@sitemessage/core/testing` checks everything that is said here.
 */
export interface Storage<Transaction = never, Stored = unknown> {
  readonly queue: QueueStore;
  readonly subscriptions: SubscriptionStore;
  readonly suppressions: SuppressionStore;
  /**
   * How many writes it works on at once: 1 when the process does nothing else meanwhile, more when a server stores one while the next
   * one is on its way. Core keeps no more of them in flight.
   */
  readonly concurrency: number;
  /**
   * Does what {@link QueueStore.enqueue} does, as part of a transaction that the host application has begun on the same database, and
   * through nothing else: it is the application that commits or rolls back. `Stored` is the ids of the messages that are new, or a
   * promise of them: what the application's transactions can wait for.
   */
  enqueueIn(transaction: Transaction, messages: readonly NewMessage[], dispatches: readonly NewDispatch[], now: number): Stored;
  /** Tells the watcher what it hears, until what is returned is called. A storage that hears of nothing tells nothing. Neither throws. */
  watch(watcher: Watcher): () => void;
  /** The clock that counts, in milliseconds since 1970: the database server's, or this process's when there is no server. */
  clock(): Promise<number>;
  /** Brings the schema up to date. Safe to call at any time, by several processes at once. Core calls it before anything else. */
  migrate(): Promise<void>;
  /** Releases everything that it opened. Whatever is asked of its stores afterwards rejects, and so does `migrate`. May be called again. */
  close(): Promise<void>;
}

/** Who wants to hear of others. It looks by itself all the same, so that nothing depends on what it is told. */
export interface Watcher {
  /** Somebody, here or elsewhere, has stored what may be due; called as soon as the storage hears of it. */
  wake(): void;
  /** The storage cannot hear of others for now, and goes on trying: called once for each outage, not for each try. */
  failed(error: unknown): void;
  /** The storage hears of others again: called once for each outage that was told. */
  recovered(): void;
}

export interface QueueStore {
  /**
   * Stores messages and their dispatches: all or nothing. A message whose id is stored already is left as it is, and so are its
   * dispatches: nothing of it is added, and its id is missing in what comes back. A dispatch whose id is stored already is left as it is.
   *
   * From an async iterable, each item is stored on its own, where nothing can claim, list or count it, and all become visible at
   * the end at once; no lock and no transaction is held while the iterable is awaited. If it throws, everything is taken back and
   * the error passed on. What a crash leaves behind is dropped by {@link prune}.
   *
   * A message with a `key` is stored only when no key of its id is remembered. The key is then remembered in the same transaction. It
   * outlives the message, until {@link prune} deletes it. When the fingerprint that is remembered is another one, nothing of the call
   * is stored, no other key of it is remembered, and it rejects as `checkKeyUse` of `@sitemessage/core/storage` throws.
   *
   * Returns the ids of the messages that are new.
   */
  enqueue(
    messages: readonly NewMessage[],
    dispatches: readonly NewDispatch[] | AsyncIterable<NewDispatch>,
    now: number,
  ): Promise<readonly string[]>;

  /**
   * Leases what may be claimed now, higher priority first, then what is due longest, then by id. A row may be claimed when it is not
   * final and its `dueAt` is not after `now`. Counts the attempt. Each claim goes to one caller only. Each message comes once.
   *
   * A row whose lease ran out may be claimed too. The marks of its last token say how far it got:
   * - Marked by {@link settle}: it may have gone out. It comes back as `recovered`, its attempt counts, `losses` grows by 1.
   * - Marked by this method: the process ended near it. The lost attempt is given back, `losses` grows by 1.
   * - Not marked: it comes back as if it had not been claimed, with `losses` 0.
   */
  claim(request: ClaimRequest): Promise<Claimed>;

  /**
   * Stores results: all or none of them, each only if the row is still `processing` under this token, whether or not its lease is over.
   * Dispatches of an `expanded` result are stored only if it was applied.
   *
   * `marks` replace those of the token, in the same transaction, unless marks with a higher `seq` are stored already. Without `marks`,
   * the ones of the token stay.
   */
  settle(token: string, settlements: readonly Settlement[], now: number, marks?: Marks): Promise<Settled>;

  /**
   * Pacing across everybody who shares this storage, by GCRA. For each request in turn: the earliest time, not before `now`, at
   * which all its limits allow one more and none of its keys is deferred; granted when that is not after `until`, and when no limit has
   * to leave an interval or more unused until then because of another one, or of a deferral. A granted one is charged to all its limits, one
   * that is not to none; its time is behind those of the ones under the same key that were refused before it in the same call, so that they
   * do not all come back at once. A limit with `intervalMs` 0 never fills up: its key can only be deferred.
   * `grantSlots` of `@sitemessage/core/storage` computes it.
   */
  reserve(requests: readonly Reservation[], now: number, until: number): Promise<readonly Slot[]>;

  /** Grants nothing under this key before `until`. A later time replaces an earlier one, never the other way round. */
  defer(key: string, until: number): Promise<void>;

  /** One dispatch with everything that went wrong in its attempts. */
  find(id: string): Promise<DispatchDetails | undefined>;

  /** The dispatches that match, by id, in constant memory; what changes meanwhile may or may not be seen. */
  list(filter: DispatchFilter): AsyncIterable<DispatchRecord>;

  /** How many there are by messenger, type and status, in the order of these. Final ones are counted only with `since`. Fan-out rows are counted as rows. */
  counts(filter?: CountFilter): Promise<Counts>;

  /** The pairs of messenger and type of which something is not final, by messenger and type; without counting it, so at once however much there is. */
  openQueues(): Promise<readonly Queue[]>;

  /** `failed` and `skipped` ones that match become `pending`, due now, with no attempt counted; their errors are kept. Returns how many. */
  requeue(filter: DispatchFilter, now: number): Promise<number>;

  /** `pending` and `error` ones that match become `skipped` as `cancelled`; those in flight are left alone. Returns how many. */
  cancel(filter: DispatchFilter, now: number): Promise<number>;

  /**
   * Notes the outcome of a dispatch, whatever its status, with this time. One that is noted already keeps its time. Returns whether it is new: it is
   * not when there is no such dispatch.
   */
  report(id: string, outcome: Outcome, now: number): Promise<boolean>;

  /**
   * Deletes a batch of what is finished. Call it again until it deletes nothing. A key stays when its message goes, and remembers
   * `now` as the time of that.
   */
  prune(request: PruneRequest): Promise<Pruned>;
}

export interface ClaimRequest {
  /** A new one for every claim: it fences the results. */
  readonly token: string;
  readonly now: number;
  readonly leaseUntil: number;
  readonly limit: number;
  /** One alias: a slow messenger never holds up another. */
  readonly messenger: string;
  /** The message types that this process can render; rows of others are never touched, nor slow this down. */
  readonly types: readonly string[];
  /** Only rows of exactly this priority. */
  readonly priority?: number;
  /** How many of the first claims to mark: the caller is about to send them. Default 0. */
  readonly inFlight?: number;
}

/** What a process has handed to its messenger under one token, as its storage knows it. */
export interface Marks {
  /** Counts up from 1 for each token. */
  readonly seq: number;
  /** Dispatch ids that were handed to `send` and have no result yet. */
  readonly ids: readonly string[];
}

export interface Settled {
  /** The ids of the results that were stored. */
  readonly ids: readonly string[];
  /** How many dispatches of `expanded` results were stored: those whose id was not there already. */
  readonly added: number;
}

export interface Claimed {
  /** In the order in which they are to be sent. */
  readonly claims: readonly Claim[];
  readonly messages: readonly MessageRecord[];
}

/** What becomes of a claim. */
export type Settlement = { readonly id: string } & (
  | { readonly status: 'sent'; readonly providerId?: string }
  /** Will be tried again at `dueAt`. */
  | { readonly status: 'error'; readonly dueAt: number; readonly error: DispatchError }
  | { readonly status: 'failed'; readonly error: DispatchError }
  | { readonly status: 'skipped'; readonly reason: SkipReason }
  /** Back to `pending`; the attempt is given back. */
  | { readonly status: 'released'; readonly dueAt: number }
  /** A fan-out row is replaced by these. */
  | { readonly status: 'expanded'; readonly dispatches: readonly NewDispatch[] }
);

export interface Reservation {
  readonly limits: readonly Limit[];
}

export interface Slot {
  /** The earliest time at which it may go, as things stand. */
  readonly at: number;
  readonly granted: boolean;
  /** The key of the limit that a refused request waits for the longest. */
  readonly key?: string;
}

/** All that is given must hold; an empty one matches everything. */
export interface DispatchFilter {
  /** Of dispatches; none matches an empty list. */
  readonly ids?: readonly string[];
  /** As `scheduleMessages` returned it. */
  readonly messageId?: string;
  /** An alias. */
  readonly messenger?: string;
  /** The alias of a message type. */
  readonly type?: string;
  /** As the messenger's `getAddress` returned it, to the letter. */
  readonly address?: string;
  readonly status?: DispatchStatus;
  /** Its status changed then or later, in milliseconds since 1970. */
  readonly since?: number;
  /** As its provider gave it, to the letter. */
  readonly providerId?: string;
  /** One of which this was reported. */
  readonly outcome?: Outcome;
}

export interface CountFilter {
  /** An alias. */
  readonly messenger?: string;
  /** The alias of a message type. */
  readonly type?: string;
  /** Counts the final ones too whose status changed then or later. Default: no final ones. */
  readonly since?: number;
}

/** What a dispatch is sent through, and what it is. */
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
  /** Only what reached that status before this time. */
  readonly before: number;
  /** Of iterables that were never stored to their end: only what was stored before this time. */
  readonly abandonedBefore: number;
  /** Only keys whose message was deleted before this time. */
  readonly keysBefore: number;
  /** Keeps messages that have no dispatch left. */
  readonly dispatchesOnly: boolean;
  /** Dispatches in one call, and as many messages without any, and as many keys. */
  readonly limit: number;
}

export interface Pruned {
  readonly dispatches: number;
  readonly messages: number;
}
