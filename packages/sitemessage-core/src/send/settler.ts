import type { Clock } from '../clock.ts';
import type { Runtime } from '../runtime.ts';
import type { Marks, Settlement, Storage } from '../storage/port.ts';
import type { Leased } from './claimed.ts';
import { mostUnsettled, type Unsettled } from './unsettled.ts';

/** The result of one dispatch. Fan-out rows are settled by `fan-out/expand.ts`. */
export type DispatchSettlement = Exclude<Settlement, { readonly status: 'expanded' }>;

/** A result that is not stored yet. */
export interface Result extends Leased {
  readonly settlement: DispatchSettlement;
  /** True when the provider said that the address does not exist. */
  readonly recipientGone?: boolean;
}

/** Stores results in small groups as they come, together with the ids in flight. */
export interface Settler {
  /** Notes that the send starts now. A later write stores that. */
  begin(leased: Leased): void;
  /** Stores, before the send, that it is about to start. Rejects with the storage's error. */
  mark(leased: Leased): Promise<void>;
  /**
   * Stores every result, and takes back the marks of dispatches that have not begun. Each of those needs a
   * new mark.
   */
  storeAll(): Promise<void>;
  isMarked(leased: Leased): boolean;
  /** Adds a result. Resolves when there is room for another one. */
  add(result: Result): Promise<void>;
  /** Resolves when every result that was added is stored. Rejects with the storage's error. */
  flush(): Promise<void>;
  /** Stores every result for the last time. */
  end(): Promise<void>;
}

export interface SettlerOptions {
  readonly storage: Pick<Storage, 'queue' | 'concurrency'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly runtime: Runtime;
  readonly unsettled: Unsettled;
  onStored(result: Result, applied: boolean): void;
  onTrouble(error: unknown): void;
  /** Aborted to try once more and then give up. */
  readonly kill: AbortSignal;
}

/**
 * A database server can store one group while the next is on its way. In this process, one large group
 * costs less than two small ones.
 */
const mostGroups = 2;
const longestMs = 20;
/**
 * How often the ids in flight are stored, unless a send waits for that. Storing them with every group cost
 * SQLite a fifth of the drain.
 */
const marksIntervalMs = 100;
const firstRetryMs = 100;
const longestRetryMs = 5_000;
/** Results stay valid after the end of their lease, until the rows are claimed again. */
const patienceMs = 60_000;

/** The ids in flight under one token. */
interface InFlight {
  readonly leaseEnd: number;
  readonly ids: Set<string>;
  /** The ids that a mark has stored. */
  readonly marked: Set<string>;
  /** The ids that were handed to `send`. */
  readonly begun: Set<string>;
  /** The time of the last write, on the monotonic clock. */
  storedAt: number;
  /** The promise of the next write under this token. */
  waiting?: PromiseWithResolvers<void> | undefined;
}

/** The content of one call of `settle`. */
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

  const inFlightUnder = ({ token, leaseEnd }: Leased): InFlight => {
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

  /**
   * All writes of a group are made at once, so that a later write never holds older marks than an earlier
   * one.
   */
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

  /**
   * Tries again during an outage, because a lost result means a second send. After `kill` it tries once
   * more.
   */
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

  /** Asks for a write under this token. Resolves when it is stored. */
  const ask = (inFlight: InFlight): Promise<void> => {
    if (!inFlight.waiting) {
      inFlight.waiting = Promise.withResolvers();
      marksWaiting += 1;
    }
    const { promise } = inFlight.waiting;
    goOn();
    return promise;
  };

  const mark = async (leased: Leased): Promise<void> => {
    const { id } = leased.dispatch;
    const inFlight = inFlightUnder(leased);
    if (inFlight.marked.has(id)) return;
    inFlight.ids.add(id);
    await ask(inFlight);
    // A dispatch that went alone may have taken the mark back meanwhile.
    if (inFlight.ids.has(id)) inFlight.marked.add(id);
  };

  const storeWaiting = (): void => {
    while (waiting.length > 0 && storing.size < groupsAtOnce) start();
  };
  const off = unsettled.onFull(storeWaiting);

  const flush = async (): Promise<void> => {
    while (waiting.length > 0 || storing.size > 0) {
      storeWaiting();
      await Promise.race(storing);
    }
    if (failure) throw failure.error;
  };

  return {
    begin(leased) {
      const { ids, begun } = inFlightUnder(leased);
      ids.add(leased.dispatch.id);
      begun.add(leased.dispatch.id);
    },
    isMarked: ({ token, dispatch }) => tokens.get(token)?.marked.has(dispatch.id) ?? false,
    async storeAll() {
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
