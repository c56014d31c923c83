/** A subscriber: a user of the application by id, or an address without a user. */
export type Subscriber = { readonly userId: string; readonly address?: never } | { readonly address: string; readonly userId?: never };

/** A subscription to messages of one type through one messenger. Each exists at most once. */
export type SubscriptionKey = Subscriber & { readonly messenger: string; readonly type: string };

/** A subscription with the time at which it was stored, in milliseconds since 1970. */
export type Subscription = SubscriptionKey & { readonly since: number };

/** Selects subscriptions that match every given field. An empty filter matches all. */
export interface SubscriptionFilter {
  /** An alias. */
  readonly messenger?: string;
  /** The alias of a message type. */
  readonly type?: string;
  readonly userId?: string;
  /** The exact address of a subscription without a user, as the messenger's `getAddress` returned it. */
  readonly address?: string;
  /** Only subscriptions after this one in the order of the list. It need not exist any longer. */
  readonly after?: SubscriptionKey;
  /** Only subscriptions up to this one in the order of the list. It need not exist any longer. */
  readonly until?: SubscriptionKey;
}

export interface SubscriptionChange {
  readonly add: readonly SubscriptionKey[];
  readonly remove: readonly SubscriptionKey[];
}

/** The number of subscriptions that were new, and the number that existed and were removed. */
export interface SubscriptionsChanged {
  readonly added: number;
  readonly removed: number;
}

export interface SubscriptionStore {
  /**
   * Lists the subscriptions that match, in constant memory and always in the same order. Within one type
   * and messenger, users come before addresses. Changes during the listing may or may not appear.
   */
  list(filter: SubscriptionFilter): AsyncIterable<Subscription>;

  /**
   * Lists every `size`th subscription of one type within each messenger, in the order of {@link list},
   * after `after`. These are the places at which to split a long list, so that several workers can process
   * it.
   */
  splitPoints(type: string, size: number, after?: SubscriptionKey): AsyncIterable<SubscriptionKey>;

  /** Returns for each key in turn whether the subscription exists. */
  has(keys: readonly SubscriptionKey[]): Promise<readonly boolean[]>;

  /**
   * Removes subscriptions and then adds others, all of it or nothing. An existing subscription stays as it
   * is. A missing one is no error.
   */
  change(change: SubscriptionChange, now: number): Promise<SubscriptionsChanged>;
}
