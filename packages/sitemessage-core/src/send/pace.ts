import { inspect } from 'node:util';
import type { Clock } from '../clock.ts';
import { TransientError } from '../errors.ts';
import type { AnyMessenger, Limit } from '../messenger/messenger.ts';
import type { Runtime } from '../runtime.ts';
import { mostAheadMs } from '../storage/gcra.ts';
import type { QueueStore, Reservation, Slot } from '../storage/port.ts';
import { storedError } from '../storage/stored-error.ts';

/** Slots are reserved no further ahead: a worker that dies wastes at most this much of the pace, and a deferral reaches every worker within a second. */
export const horizonMs = 900;

/** With a distant storage, slots are reserved at least for so long. */
const shortestMs = 200;

/** A slot that was missed by more than this is gone, where the provider counts: sending now would crowd the next ones. */
const missedMs = 100;

/** A shorter answer makes no slot late: {@link missedMs} allows for it. */
const quickMs = missedMs / 2;

/** Latencies to look back on. Their median is expected next: one stall must not leave seconds unused. */
const remembered = 5;

/** When a dispatch may go, by the storage's clock. */
export interface Reserved extends Slot {
  /** Until then it may be used. A deferral that came later is known by then. */
  readonly usableUntil: number;
  /** When to ask again for one that was refused. */
  readonly askAt: number;
}

/** Requests that wait to be put to the storage. */
interface Question {
  readonly requests: readonly Reservation[];
  readonly answer: PromiseWithResolvers<readonly Reserved[]>;
}

/** When the dispatches of one messenger may go, agreed with every other worker through the storage. */
export interface Pace {
  /** @throws TransientError of code `limits_invalid` when the messenger gives none that can be kept. */
  limitsFor(address: string): readonly Limit[];
  /** For each request in turn: when it may go, and whether that was reserved. A slot begins when the answer is expected, so that distance makes none late. */
  reserve(requests: readonly Reservation[]): Promise<readonly Reserved[]>;
  /** How long a reservation is expected to take, in milliseconds. */
  latency(): number;
  /** The end of a deferral that this process knows of: of the messenger, or of the address. 0 when there is none. */
  deferredUntil(address: string): number;
  /** Nobody sends to this address, or through this messenger when there is none, before `until`. This process obeys at once. */
  defer(until: number, address?: string): Promise<void>;
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

  /** How long the answer to a reservation is waited for, as far as that matters. */
  const answerMs = (): number => (expected() > quickMs ? Math.min(expected(), mostAheadMs - horizonMs) : 0);

  const keyOf = (address: string | undefined): string => (address === undefined ? messenger.alias : addressKey(messenger.alias, address));

  const ask = async (requests: readonly Reservation[]): Promise<readonly Reserved[]> => {
    const asked = await clock.now();
    const answered = asked + answerMs();
    // Nothing is late where there are no limits.
    const from = messenger.limits ? answered : asked;
    const started = runtime.monotonic();
    // Counted from the question: a deferral of the same moment must be known when the last slot is over.
    const until = Math.max(asked + horizonMs, answered + shortestMs);
    const slots = await queue.reserve(requests, from, until);
    remember(runtime.monotonic() - started);
    return slots.map((slot) => ({
      ...slot,
      usableUntil: messenger.limits ? slot.at + missedMs : until,
      // One that was refused within the horizon would have wasted a slot of another limit until then.
      askAt: slot.at > until ? slot.at - horizonMs / 2 : slot.at,
    }));
  };

  /** Who asks while an answer is awaited asks together: one after another, they would be late by a round trip each. */
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
    async defer(until, address) {
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

/** Read and checked here: what a storage cannot count with would fail everybody's slots, not the one dispatch. */
function limitsOf(messenger: AnyMessenger, address: string): readonly Limit[] {
  let problem = 'is no list';
  let cause: unknown;
  try {
    const given: unknown = messenger.limits?.(address) ?? [];
    if (given instanceof Promise) given.catch(() => undefined);
    if (Array.isArray(given)) {
      const limits = given.map(({ key, intervalMs, burst }: Limit): Limit => ({ key, intervalMs, burst }));
      const wrong = limits.find((limit) => !isSound(limit));
      if (!wrong) return limits;
      problem = `holds ${inspect(wrong)}; \`key\` must be a text, \`intervalMs\` finite and 0 or more, \`burst\` finite and 1 or more`;
    }
  } catch (error) {
    problem = `threw: ${storedError(error).message}`;
    cause = error;
  }
  throw new TransientError(`\`limits\` of "${messenger.alias}" ${problem}.`, { code: 'limits_invalid', cause });
}

function isSound({ key, intervalMs, burst }: Limit): boolean {
  const isKey = typeof key === 'string' && key !== '' && key.isWellFormed() && !key.includes('\0');
  return isKey && Number.isFinite(intervalMs) && intervalMs >= 0 && Number.isFinite(burst) && burst >= 1;
}

/** A key that allows everything until it is deferred. */
const deferrable = (key: string): Limit => ({ key, intervalMs: 0, burst: 1 });

const addressKey = (alias: string, address: string): string => `${alias} ${address}`;
