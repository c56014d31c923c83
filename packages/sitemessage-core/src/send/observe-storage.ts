import { createClock } from '../clock.ts';
import { once } from '../once.ts';
import type { Runtime } from '../runtime.ts';
import type { QueueStore, Storage } from '../storage/port.ts';
import type { DispatchError } from '../storage/records.ts';
import { storedError } from '../storage/stored-error.ts';
import type { SubscriptionStore } from '../storage/subscriptions.ts';
import type { SuppressionStore } from '../storage/suppressions.ts';
import type { SendContext } from './context.ts';

/** How the storage answers a worker. Times are milliseconds since 1970, by this machine's clock. */
export interface StorageHealth {
  /** `unknown` until it has answered for the first time. `failing` when it threw at what it was asked last, or has not answered for 10 s. */
  readonly state: 'unknown' | 'answering' | 'failing';
  /** Since when it fails. */
  readonly failingSince?: number;
  /** What it threw last, while it fails; of code `storage_silent` when it does not answer. */
  readonly error?: DispatchError;
}

/** Puts a question to the storage, and passes on the answer. */
type Ask = <T>(question: () => Promise<T>) => Promise<T>;

export interface StorageHealthRecord {
  readonly ask: Ask;
  read(): StorageHealth;
}

/** Longer than anything that a worker asks takes, and shorter than it takes a network to give up a line that swallows what is said. */
const silentMs = 10_000;

export function recordStorageHealth(runtime: Runtime): StorageHealthRecord {
  /** What is not answered yet, oldest first. */
  const open = new Set<{ readonly at: number; readonly askedAt: number }>();
  let hasAnswered = false;
  let trouble: { readonly failingSince: number; readonly error: DispatchError } | undefined;

  const silence = (): StorageHealth | undefined => {
    const [oldest] = open;
    if (!oldest || runtime.monotonic() - oldest.askedAt < silentMs) return undefined;
    const error: DispatchError = { kind: 'transient', code: 'storage_silent', message: 'The storage does not answer.' };
    return { state: 'failing', failingSince: oldest.at, error };
  };

  return {
    async ask(question) {
      const asked = { at: runtime.now(), askedAt: runtime.monotonic() };
      open.add(asked);
      try {
        const answer = await question();
        hasAnswered = true;
        trouble = undefined;
        return answer;
      } catch (error) {
        trouble = { failingSince: trouble?.failingSince ?? asked.at, error: storedError(error) };
        throw error;
      } finally {
        open.delete(asked);
      }
    },
    read() {
      if (trouble) return { state: 'failing', ...trouble };
      return silence() ?? { state: hasAnswered ? 'answering' : 'unknown' };
    },
  };
}

/** The site of a site, with every question to the storage put through `ask`. */
export function observeStorage(ask: Ask, site: SendContext): SendContext {
  const storage = storageAskedThrough(ask, site.storage);
  return {
    ...site,
    storage,
    clock: createClock(site.runtime, storage),
    // That it was ready once says nothing of how it answers now.
    ready: once(() => ask(() => site.ready())),
  };
}

function storageAskedThrough(ask: Ask, storage: Storage): Storage {
  return {
    queue: queueAskedThrough(ask, storage.queue),
    subscriptions: subscriptionsAskedThrough(ask, storage.subscriptions),
    suppressions: suppressionsAskedThrough(ask, storage.suppressions),
    concurrency: storage.concurrency,
    enqueueIn: (...given) => storage.enqueueIn(...given),
    watch: (watcher) => storage.watch(watcher),
    clock: () => ask(() => storage.clock()),
    migrate: () => ask(() => storage.migrate()),
    close: () => storage.close(),
  };
}

function queueAskedThrough(ask: Ask, queue: QueueStore): QueueStore {
  return {
    enqueue: (...given) => ask(() => queue.enqueue(...given)),
    claim: (request) => ask(() => queue.claim(request)),
    settle: (...given) => ask(() => queue.settle(...given)),
    reserve: (...given) => ask(() => queue.reserve(...given)),
    defer: (...given) => ask(() => queue.defer(...given)),
    find: (id) => ask(() => queue.find(id)),
    list: (filter) => queue.list(filter),
    counts: (filter) => ask(() => queue.counts(filter)),
    openQueues: () => ask(() => queue.openQueues()),
    requeue: (...given) => ask(() => queue.requeue(...given)),
    cancel: (...given) => ask(() => queue.cancel(...given)),
    report: (...given) => ask(() => queue.report(...given)),
    prune: (request) => ask(() => queue.prune(request)),
  };
}

function subscriptionsAskedThrough(ask: Ask, subscriptions: SubscriptionStore): SubscriptionStore {
  return {
    list: (filter) => subscriptions.list(filter),
    splitPoints: (...given) => subscriptions.splitPoints(...given),
    has: (keys) => ask(() => subscriptions.has(keys)),
    change: (change, now) => ask(() => subscriptions.change(change, now)),
  };
}

function suppressionsAskedThrough(ask: Ask, suppressions: SuppressionStore): SuppressionStore {
  return {
    add: (added) => ask(() => suppressions.add(added)),
    lift: (keys) => ask(() => suppressions.lift(keys)),
    among: (messenger, addresses) => ask(() => suppressions.among(messenger, addresses)),
    list: (filter) => suppressions.list(filter),
  };
}
