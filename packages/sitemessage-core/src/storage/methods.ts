import { readField } from '../foreign.ts';
import type { QueueStore, Storage } from './port.ts';
import type { SubscriptionStore } from './subscriptions.ts';
import type { SuppressionStore } from './suppressions.ts';

/**
 * How a method answers:
 * - `promise`: it asks the database, and the promise settles when the answer is there.
 * - `stream`: it returns an async iterable.
 * - `either`: it asks the database through the host's transaction, and returns a value or a promise.
 * - `none`: it does not ask the database. It also works after `close`.
 */
type Answer = 'promise' | 'stream' | 'either' | 'none';

type MethodsOf<Store> = { readonly [Name in keyof Store as Store[Name] extends (...given: never) => unknown ? Name : never]-?: Answer };

/**
 * Every method of the port, once. The compiler refuses a method that is missing here, and a test ties the
 * table of the documentation to it.
 */
export const storageMethods: {
  readonly storage: MethodsOf<Storage>;
  readonly queue: MethodsOf<QueueStore>;
  readonly subscriptions: MethodsOf<SubscriptionStore>;
  readonly suppressions: MethodsOf<SuppressionStore>;
} = {
  storage: { enqueueIn: 'either', watch: 'none', clock: 'promise', migrate: 'promise', close: 'none' },
  queue: {
    enqueue: 'promise',
    claim: 'promise',
    settle: 'promise',
    reserve: 'promise',
    defer: 'promise',
    find: 'promise',
    list: 'stream',
    counts: 'promise',
    openQueues: 'promise',
    requeue: 'promise',
    cancel: 'promise',
    report: 'promise',
    prune: 'promise',
  },
  subscriptions: { list: 'stream', splitPoints: 'stream', has: 'promise', change: 'promise' },
  suppressions: { add: 'promise', lift: 'promise', among: 'promise', list: 'stream' },
};

const stores = ['queue', 'subscriptions', 'suppressions'] as const;

/** Returns the methods that a value lacks to be a storage: `clock`, `queue.claim`. */
export function missingMethods(storage: unknown): readonly string[] {
  const missingIn = (from: unknown, methods: object, prefix: string): readonly string[] =>
    Object.keys(methods)
      .filter((name) => typeof readField(from, name) !== 'function')
      .map((name) => `${prefix}${name}`);
  return [
    ...missingIn(storage, storageMethods.storage, ''),
    ...stores.flatMap((store) => missingIn(readField(storage, store), storageMethods[store], `${store}.`)),
  ];
}

/** Wraps one call of a method. */
export type Around = <T>(call: () => T, answer: Answer) => T;

/** Returns a storage whose every method is called through `around`. */
export function wrapStorage<Transaction, Stored>(storage: Storage<Transaction, Stored>, around: Around): Storage<Transaction, Stored> {
  const wrap = <Store extends object>(store: Store, methods: object): Store => {
    const wrapped = { ...store } as Record<string, unknown>;
    for (const [name, answer] of Object.entries(methods) as [string, Answer][]) {
      const method = Reflect.get(store, name) as (...given: unknown[]) => unknown;
      wrapped[name] = (...given: unknown[]) => around(() => Reflect.apply(method, store, given), answer);
    }
    return wrapped as Store;
  };
  return {
    ...wrap(storage, storageMethods.storage),
    queue: wrap(storage.queue, storageMethods.queue),
    subscriptions: wrap(storage.subscriptions, storageMethods.subscriptions),
    suppressions: wrap(storage.suppressions, storageMethods.suppressions),
  };
}
