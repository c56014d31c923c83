import { inspect } from 'node:util';
import type { Clock } from '../clock.ts';
import { TransientError } from '../errors.ts';
import type { AnyMessenger, Limit } from '../messenger/messenger.ts';
import type { Runtime } from '../runtime.ts';
import { mostAheadMs } from '../storage/gcra.ts';
import type { QueueStore, Reservation, Slot } from '../storage/port.ts';
import { storedError } from '../storage/stored-error.ts';

/**
 * How far ahead slots are reserved, in milliseconds. A worker that dies wastes at most this much of the
 * pace, and a deferral reaches every worker within a second.
 */
export const horizonMs = 900;

/** The shortest time that slots are reserved for when the storage is far away. */
const shortestMs = 200;

/**
 * A slot that was missed by more than this is lost. A send that late would come too close to the next ones.
 */
const missedMs = 100;

/** A quicker answer makes no slot late: {@link missedMs} allows for it. */
const quickMs = missedMs / 2;

/**
 * How many latencies to remember. Their median is expected next, so that one stall does not leave seconds
 * unused.
 */
const remembered = 5;

/** The time at which a dispatch may go, by the storage's clock. */
export interface Reserved extends Slot {
  /** The time until which the slot may be used. A later deferral is known by then. */
  readonly usableUntil: number;
  /** The time at which to ask again after a refusal. */
  readonly askAt: number;
}

/** Reservations that wait for the next call of the storage. */
interface Question {
  readonly requests: readonly Reservation[];
  readonly answer: PromiseWithResolvers<readonly Reserved[]>;
}

/** Reserves times for the dispatches of one messenger. All workers agree on them through the storage. */
export interface Pace {
  /**
   * Returns the limits for one address.
   *
   * @throws TransientError `limits_invalid` when the messenger's `limits` threw, or returned no valid limits.
   */
  limitsFor(address: string): readonly Limit[];
  /**
   * Reserves a slot for each request in turn. The earliest slot is at the time when the answer is expected,
   * so that a distant storage makes no slot late.
   */
  reserve(requests: readonly Reservation[]): Promise<readonly Reserved[]>;
  /** Returns how long a reservation is expected to take, in milliseconds. */
  latency(): number;
  /**
   * Returns the end of the deferral of the messenger or the address that this process knows of. 0 when
   * there is none.
   */
  deferredUntil(address: string): number;
  /**
   * Stops all sends to the address, or through the messenger, until a time. This process obeys at once, the
   * others at their next reservation.
   */
  defer(deferral: { readonly until: number; readonly address?: string }): Promise<void>;
  /** Sleeps until the slot. Returns the time by the storage's clock. */
  wait(at: number, stop: AbortSignal): Promise<number>;
}

export function createPace(messenger: AnyMessenger, queue: QueueStore, clock: Clock, runtime: Runtime): Pace {
  const mine: Limit = deferrable(messenger.alias);
  const latencies: number[] = [];
  const deferrals = new Map<string, number>();
  const waiting: Question[] = [];
  let isAsking = false;

  const remember = (latency: number): void => {
    latencies.push(latency);
    if (latencies.length > remembered) latencies.shift();
  };

  const expected = (): number => {
    const sorted = latencies.toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? clock.latency();
  };

  /** The expected time of an answer, when it is long enough to matter. */
  const answerMs = (): number => (expected() > quickMs ? Math.min(expected(), mostAheadMs - horizonMs) : 0);

  const keyOf = (address: string | undefined): string => (address === undefined ? messenger.alias : addressKey(messenger.alias, address));

  const ask = async (requests: readonly Reservation[]): Promise<readonly Reserved[]> => {
    const asked = await clock.now();
    const answered = asked + answerMs();
    // Without limits, no slot can be late.
    const from = messenger.limits ? answered : asked;
    const started = runtime.monotonic();
    // It counts from the question, so that a deferral of the same moment is known before the last slot is
    // over.
    const until = Math.max(asked + horizonMs, answered + shortestMs);
    const slots = await queue.reserve(requests, from, until);
    remember(runtime.monotonic() - started);
    return slots.map((slot) => ({
      ...slot,
      usableUntil: messenger.limits ? slot.at + missedMs : until,
      // A refusal within the horizon would have wasted a slot of another limit until then.
      askAt: slot.at > until ? slot.at - horizonMs / 2 : slot.at,
    }));
  };

  /**
   * Requests that come while an answer is awaited are asked together. One after another, each would be late
   * by a round trip.
   */
  const askAll = async (): Promise<void> => {
    isAsking = true;
    while (waiting.length > 0) {
      const group = waiting.splice(0);
      try {
        const slots = [...(await ask(group.flatMap(({ requests }) => requests)))];
        for (const { requests, answer } of group) answer.resolve(slots.splice(0, requests.length));
      } catch (error) {
        for (const { answer } of group) answer.reject(error);
      }
    }
    isAsking = false;
  };

  return {
    limitsFor: (address) => [mine, deferrable(keyOf(address)), ...limitsOf(messenger, address)],
    reserve(requests) {
      const answer = Promise.withResolvers<readonly Reserved[]>();
      waiting.push({ requests, answer });
      if (!isAsking) void askAll();
      return answer.promise;
    },
    latency: expected,
    deferredUntil(address) {
      if (deferrals.size === 0) return 0;
      return Math.max(deferrals.get(keyOf(undefined)) ?? 0, deferrals.get(keyOf(address)) ?? 0);
    },
    async defer({ until, address }) {
      const key = keyOf(address);
      const now = await clock.now();
      for (const [known, end] of deferrals) if (end <= now) deferrals.delete(known);
      deferrals.set(key, Math.max(until, deferrals.get(key) ?? 0));
      await queue.defer(key, until);
    },
    async wait(at, stop) {
      const now = await clock.now();
      if (now >= at) return now;
      await runtime.sleep(at - now, stop);
      return clock.now();
    },
  };
}

/**
 * Reads and checks the limits here: a limit that a storage cannot count with would fail the slots of all
 * dispatches.
 */
function limitsOf(messenger: AnyMessenger, address: string): readonly Limit[] {
  let problem = 'is no list';
  let cause: unknown;
  try {
    const given: unknown = messenger.limits?.(address) ?? [];
    if (given instanceof Promise) given.catch(() => undefined);
    if (Array.isArray(given)) {
      const limits = given.map(({ key, intervalMs, burst }: Limit): Limit => ({ key, intervalMs, burst }));
      const wrong = limits.find((limit) => !isValid(limit));
      if (!wrong) return limits;
      problem = `holds ${inspect(wrong)}; \`key\` must be a text, \`intervalMs\` finite and 0 or more, \`burst\` finite and 1 or more`;
    }
  } catch (error) {
    problem = `threw: ${storedError(error).message}`;
    cause = error;
  }
  throw new TransientError(`\`limits\` of "${messenger.alias}" ${problem}.`, { code: 'limits_invalid', cause });
}

function isValid({ key, intervalMs, burst }: Limit): boolean {
  const isKey = typeof key === 'string' && key !== '' && key.isWellFormed() && !key.includes('\0');
  return isKey && Number.isFinite(intervalMs) && intervalMs >= 0 && Number.isFinite(burst) && burst >= 1;
}

/** Returns a limit that allows everything until its key is deferred. */
const deferrable = (key: string): Limit => ({ key, intervalMs: 0, burst: 1 });

const addressKey = (alias: string, address: string): string => `${alias} ${address}`;
