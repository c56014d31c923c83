/** Who is subscribed: a user of the application by its id, or a bare address. */
export type Subscriber = { readonly userId: string; readonly address?: never } | { readonly address: string; readonly userId?: never };

/** Somebody's wish for messages of one type through one messenger. There is at most one of each. */
export type SubscriptionKey = Subscriber & { readonly messenger: string; readonly type: string };

/** `since`: when it was stored, in milliseconds since 1970. */
export type Subscription = SubscriptionKey & { readonly since: number };

/** All that is given must hold; an empty one matches everything. */
export interface SubscriptionFilter {
  /** An alias. */
  readonly messenger?: string;
  /** The alias of a message type. */
  readonly type?: string;
  readonly userId?: string;
  /** A bare one, as the messenger's `getAddress` returned it, to the letter. */
  readonly address?: string;
  /** Only those that come behind this one, be it there still or not. */
  readonly after?: SubscriptionKey;
  /** Only this one and those that come before it, be it there still or not. */
  readonly until?: SubscriptionKey;
}

export interface SubscriptionChange {
  readonly add: readonly SubscriptionKey[];
  readonly remove: readonly SubscriptionKey[];
}

/** How many there were not before, and how many there were. */
export interface SubscriptionsChanged {
  readonly added: number;
  readonly removed: number;
}

export interface SubscriptionStore {
  /**
   * Those that match, in constant memory, in an order that is always the same, and in which of one type and messenger users come before bare
   * addresses; what changes meanwhile may or may not be seen.
   */
  list(filter: SubscriptionFilter): AsyncIterable<Subscription>;

  /**
   * Every `size`th of those of this type and one messenger, in the order of {@link list}, and only behind `after`: where to cut a long list, so
   * that many can work on it.
   */
  splitPoints(type: string, size: number, after?: SubscriptionKey): AsyncIterable<SubscriptionKey>;

  /** For each of them in turn, whether it is there. */
  has(keys: readonly SubscriptionKey[]): Promise<readonly boolean[]>;

  /** Removes, and then adds: all or nothing. One that is there already stays as it is, and one that is not there is no error. */
  change(change: SubscriptionChange, now: number): Promise<SubscriptionsChanged>;
}
