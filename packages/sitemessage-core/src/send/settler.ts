import type { Clock } from '../clock.ts';
import type { EventDispatch } from '../events.ts';
import type { Runtime } from '../runtime.ts';
import type { Marks, Settlement, Storage } from '../storage/port.ts';
import { mostUnsettled, type Unsettled } from './unsettled.ts';

/** The result of a dispatch. `expand.ts` settles fan-out rows. */
export type DispatchSettlement = Exclude<Settlement, { readonly status: 'expanded' }>;

/** A dispatch under the token of its claim. */
export interface Held {
  readonly token: string;
  /** On the monotonic clock. */
  readonly leaseEnd: number;
  readonly dispatch: EventDispatch;
}

/** A result on its way into the storage. */
export interface Result extends Held {
  readonly settlement: DispatchSettlement;
  /** The provider said that there is nobody at this address. */
  readonly recipientGone?: boolean;
}

/** Stores results in small groups as they come, and with them the ids in flight. */
export interface Settler {
  /** The dispatch is handed to `send` now. The next group under its token says so. */
  begin(held: Held): void;
  /** Resolves when the storage knows that the dispatch may be handed to `send`. Rejects with the storage's error. */
  mark(held: Held): Promise<void>;
  /** Stores every result, and takes back the marks of what has not begun: each of those needs a new one. */
  clear(): Promise<void>;
  isMarked(held: Held): boolean;
  /** Resolves when there is room for another result. */
  add(result: Result): Promise<void>;
  /** Resolves when every result that was added is stored. Rejects with the storage's error. */
  flush(): Promise<void>;
  /** Flushes for the last time. */
  end(): Promise<void>;
}

export interface SettlerOptions {
  readonly storage: Pick<Storage, 'queue' | 'concurrency'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly runtime: Runtime;
  readonly unsettled: Unsettled;
  onStored(result: Result, applied: boolean): void;
  onTrouble(error: unknown): void;
  /** Aborted to try once more and give up. */
  readonly kill: AbortSignal;
}

/** A database server stores one group while it answers for another. In this process, one large group costs less than two small ones. */
const mostGroups = 2;
const longestMs = 20;
/** What is in flight is stored as often, unless a send has to wait for it. With every group, it cost SQLite a fifth of the drain. */
const marksIntervalMs = 100;
const firstRetryMs = 100;
const longestRetryMs = 5_000;
/** Results stay valid after the end of their lease until somebody claims the rows again. */
const patienceMs = 60_000;

/** The ids in flight under one token. */
interface InFlight {
  readonly leaseEnd: number;
  readonly ids: Set<string>;
  /** Those that were stored by a mark. */
  readonly marked: Set<string>;
  /** Those that were handed to `send`. */
  readonly begun: Set<string>;
  /** When the ids were stored last, on the monotonic clock. */
  storedAt: number;
  /** Resolved by the next write under this token. */
  waiting?: PromiseWithResolvers<void> | undefined;
}

/** What one call of `settle` stores. */
interface Write {
  readonly token: string;
  readonly results: readonly Result[];
  readonly marks: Marks | undefined;
  readonly leaseEnd: number;
  readonly waiting: PromiseWithResolvers<void> | undefined;
}

export function createSettler(options: SettlerOptions): Settler {
  const { storage, clock, runtime, unsettled, onStored, onTrouble, kill } = options;
  const groupsAtOnce = Math.min(mostGroups, storage.concurrency);
  const groupSize = mostUnsettled / groupsAtOnce;
  const waiting: Result[] = [];
  const tokens = new Map<string, InFlight>();
  const storing = new Set<Promise<void>>();
  let seq = 0;
  let marksWaiting = 0;
  let clearTimer: (() => void) | undefined;
  let failure: { readonly error: unknown } | undefined;

  const inFlightUnder = ({ token, leaseEnd }: Held): InFlight => {
    const known = tokens.get(token);
    if (known) return known;
    const begun: InFlight = { leaseEnd, ids: new Set(), marked: new Set(), begun: new Set(), storedAt: runtime.monotonic() };
    tokens.set(token, begun);
    return begun;
  };

  const marksOf = (token: string, inFlight: InFlight | undefined, isAsked: boolean): Marks | undefined => {
    seq += 1;
    if (!inFlight || inFlight.ids.size === 0) {
      tokens.delete(token);
      return { seq, ids: [] };
    }
    const now = runtime.monotonic();
    if (!isAsked && now - inFlight.storedAt < marksIntervalMs) return undefined;
    inFlight.storedAt = now;
    return { seq, ids: [...inFlight.ids] };
  };

  const forget = ({ ids, marked, begun }: InFlight, id: string): void => {
    for (const set of [ids, marked, begun]) set.delete(id);
  };

  /** Made at once for all tokens, so that a later write never knows less than an earlier one. */
  const writeOf = (token: string, results: readonly Result[]): Write => {
    const inFlight = tokens.get(token);
    if (inFlight) for (const { dispatch } of results) forget(inFlight, dispatch.id);
    const waiting = inFlight?.waiting;
    if (waiting) {
      marksWaiting -= 1;
      (inFlight as InFlight).waiting = undefined;
    }
    const leaseEnd = Math.max(inFlight?.leaseEnd ?? 0, ...results.map((result) => result.leaseEnd));
    return { token, results, marks: marksOf(token, inFlight, waiting !== undefined), leaseEnd, waiting };
  };

  const store = async (writes: readonly Write[]): Promise<void> => {
    try {
      for (const write of writes) {
        const applied = new Set(await persist(write));
        write.waiting?.resolve();
        for (const result of write.results) onStored(result, applied.has(result.dispatch.id));
      }
    } catch (error) {
      for (const { waiting } of writes) waiting?.reject(error);
      throw error;
    }
  };

  /** Tries again while the storage is away: to lose a result is to send twice. Once more after `kill`, when everything has to end. */
  const persist = async ({ token, results, marks, leaseEnd }: Write): Promise<readonly string[]> => {
    const settlements = results.map((result) => result.settlement);
    const giveUpAt = leaseEnd + patienceMs;
    for (let waitMs = firstRetryMs; ; waitMs = Math.min(longestRetryMs, waitMs * 2)) {
      const isLast = kill.aborted;
      try {
        return (await storage.queue.settle(token, settlements, await clock.now(), marks)).ids;
      } catch (error) {
        onTrouble(error);
        if (isLast || runtime.monotonic() + waitMs > giveUpAt) throw error;
        await runtime.sleep(waitMs, kill);
      }
    }
  };

  const start = (): void => {
    clearTimer?.();
    clearTimer = undefined;
    const group = waiting.splice(0, groupSize);
    const byToken = Map.groupBy(group, (result) => result.token);
    for (const [token, inFlight] of tokens) if (inFlight.waiting && !byToken.has(token)) byToken.set(token, []);
    const stored = store(Array.from(byToken, ([token, results]) => writeOf(token, results)))
      .catch((error) => {
        failure = { error };
      })
      .finally(() => {
        unsettled.remove(group.length);
        storing.delete(stored);
        goOn();
      });
    storing.add(stored);
  };

  const goOn = (): void => {
    if (storing.size === groupsAtOnce) return;
    if (waiting.length >= groupSize || marksWaiting > 0) start();
    else if (waiting.length > 0) clearTimer ??= runtime.timer(longestMs, start);
  };

  /** Resolves with the next write under this token. */
  const ask = (inFlight: InFlight): Promise<void> => {
    if (!inFlight.waiting) {
      inFlight.waiting = Promise.withResolvers();
      marksWaiting += 1;
    }
    const { promise } = inFlight.waiting;
    goOn();
    return promise;
  };

  const mark = async (held: Held): Promise<void> => {
    const { id } = held.dispatch;
    const inFlight = inFlightUnder(held);
    if (inFlight.marked.has(id)) return;
    inFlight.ids.add(id);
    await ask(inFlight);
    // Another one may have gone alone meanwhile.
    if (inFlight.ids.has(id)) inFlight.marked.add(id);
  };

  const storeWhatWaits = (): void => {
    while (waiting.length > 0 && storing.size < groupsAtOnce) start();
  };
  const off = unsettled.onFull(storeWhatWaits);

  const flush = async (): Promise<void> => {
    while (waiting.length > 0 || storing.size > 0) {
      storeWhatWaits();
      await Promise.race(storing);
    }
    if (failure) throw failure.error;
  };

  return {
    begin(held) {
      const { ids, begun } = inFlightUnder(held);
      ids.add(held.dispatch.id);
      begun.add(held.dispatch.id);
    },
    isMarked: ({ token, dispatch }) => tokens.get(token)?.marked.has(dispatch.id) ?? false,
    async clear() {
      await flush();
      for (const inFlight of tokens.values()) for (const id of inFlight.ids) if (!inFlight.begun.has(id)) forget(inFlight, id);
      await Promise.all([...tokens.values()].map(ask));
    },
    mark,
    async add(result) {
      waiting.push(result);
      unsettled.add();
      goOn();
      await unsettled.room();
      if (failure) throw failure.error;
    },
    flush,
    async end() {
      off();
      await flush();
    },
  };
}
