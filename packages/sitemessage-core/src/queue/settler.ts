import type { EventDispatch } from '../events.ts';
import type { Runtime } from '../runtime.ts';
import type { Settlement, Storage } from '../storage/port.ts';
import type { Clock } from './clock.ts';

/** What becomes of a dispatch; a fan-out row is settled by whoever expands it. */
export type DispatchSettlement = Exclude<Settlement, { readonly status: 'expanded' }>;

/** A result on its way into the storage, under the token that its claim was made with. */
export interface Result {
  readonly token: string;
  /** On the monotonic clock. */
  readonly leaseEnd: number;
  readonly dispatch: EventDispatch;
  readonly settlement: DispatchSettlement;
  /** The provider said that there is nobody at this address. */
  readonly recipientGone?: boolean;
}

/** Stores results in small groups, as they come. */
export interface Settler {
  /** Resolves when there is room for another one. */
  add(result: Result): Promise<void>;
  /** Resolves when everything that was added is stored; rejects with what the storage threw. */
  flush(): Promise<void>;
}

/** A crash repeats at most what is unsettled, and what is in flight. */
const mostUnsettled = 50;
/** A database server stores one group while it answers for another one; in this process, one large group costs less than two small ones. */
const mostGroups = 2;
const longestMs = 20;
const firstRetryMs = 100;
const longestRetryMs = 5_000;
/** Results stay valid after the lease's end until somebody claims the rows again; so it is worth trying for some time. */
const patienceMs = 60_000;

export function createSettler(
  { queue, concurrency }: Pick<Storage, 'queue' | 'concurrency'>,
  clock: Pick<Clock, 'now'>,
  runtime: Runtime,
  onStored: (result: Result, applied: boolean) => void,
  onTrouble: (error: unknown) => void,
  kill: AbortSignal,
): Settler {
  const groupsAtOnce = Math.min(mostGroups, concurrency);
  const groupSize = mostUnsettled / groupsAtOnce;
  const waiting: Result[] = [];
  const storing = new Set<Promise<void>>();
  let unsettled = 0;
  let clearTimer: (() => void) | undefined;
  let failure: { readonly error: unknown } | undefined;

  const store = async (group: readonly Result[]): Promise<void> => {
    for (const [token, results] of Map.groupBy(group, (result) => result.token)) {
      const applied = new Set(await persist(token, results));
      for (const result of results) onStored(result, applied.has(result.dispatch.id));
    }
  };

  /** Tries again while the storage is away: to lose a result is to send twice. Once more after `kill`, when everything has to end. */
  const persist = async (token: string, results: readonly Result[]): Promise<readonly string[]> => {
    const settlements = results.map((result) => result.settlement);
    const giveUpAt = Math.max(...results.map((result) => result.leaseEnd)) + patienceMs;
    for (let waitMs = firstRetryMs; ; waitMs = Math.min(longestRetryMs, waitMs * 2)) {
      const isLast = kill.aborted;
      try {
        return await queue.settle(token, settlements, await clock.now());
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
    const stored = store(group)
      .catch((error) => {
        failure = { error };
      })
      .finally(() => {
        unsettled -= group.length;
        storing.delete(stored);
        goOn();
      });
    storing.add(stored);
  };

  const goOn = (): void => {
    if (waiting.length === 0 || storing.size === groupsAtOnce) return;
    if (waiting.length >= groupSize) start();
    else clearTimer ??= runtime.timer(longestMs, start);
  };

  return {
    async add(result) {
      waiting.push(result);
      unsettled += 1;
      goOn();
      while (unsettled >= mostUnsettled) await Promise.race(storing);
      if (failure) throw failure.error;
    },
    async flush() {
      while (unsettled > 0) {
        if (waiting.length > 0 && storing.size < groupsAtOnce) start();
        else await Promise.race(storing);
      }
      if (failure) throw failure.error;
    },
  };
}
