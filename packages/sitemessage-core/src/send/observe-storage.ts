import { createClock } from '../clock.ts';
import { once } from '../once.ts';
import type { Runtime } from '../runtime.ts';
import { wrapStorage } from '../storage/methods.ts';
import type { DispatchError } from '../storage/records.ts';
import { storedError } from '../storage/stored-error.ts';
import type { SendSite } from './context.ts';

/**
 * The health of the storage as one worker sees it. Times are milliseconds since 1970, by this machine's
 * clock.
 */
export interface StorageHealth {
  /**
   * `unknown` before the first answer. `failing` when the last call threw, or has not been answered for 10
   * s.
   */
  readonly state: 'unknown' | 'answering' | 'failing';
  /** The time since which it fails. */
  readonly failingSince?: number;
  /** The last error, while it fails. Its code is `storage_silent` when the storage does not answer. */
  readonly error?: DispatchError;
}

/** Calls the storage, and records how it answers. */
type Ask = <T>(question: () => Promise<T>) => Promise<T>;

export interface StorageHealthRecord {
  readonly ask: Ask;
  read(): StorageHealth;
}

/** Longer than any call of a worker takes, and shorter than a network takes to give up a dead connection. */
const silentMs = 10_000;

export function recordStorageHealth(runtime: Runtime): StorageHealthRecord {
  /** The calls without an answer, oldest first. */
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

/** Returns the site with every call to its storage recorded by `ask`. */
export function observeStorage(ask: Ask, site: SendSite): SendSite {
  // A stream is read by the application at its own speed, so its time says nothing about the storage.
  const storage = wrapStorage(site.storage, (call, answer) => (answer === 'promise' ? (ask(call as never) as never) : call()));
  return {
    ...site,
    storage,
    clock: createClock(site.runtime, storage),
    // It was ready once, and may fail now: so each worker asks again.
    ready: once(() => ask(() => site.ready())),
  };
}
