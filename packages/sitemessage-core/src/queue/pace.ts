import { inspect } from 'node:util';
import { TransientError } from '../errors.ts';
import type { AnyMessenger, Limit } from '../messenger/messenger.ts';
import type { Runtime } from '../runtime.ts';
import type { QueueStore, Reservation, Slot } from '../storage/port.ts';
import type { Clock } from './clock.ts';
import { storedError } from './stored-error.ts';

/** Slots are reserved no further ahead: a worker that dies wastes at most a second of everybody's pace, and a deferral reaches everybody within one. */
export const horizonMs = 1_000;

/** A slot that was missed by more than this is gone, where the provider counts: sending now would crowd the next ones. */
const missedMs = 100;

/** When the dispatches of one messenger may go, agreed with every other worker through the storage. */
export interface Pace {
  /** @throws TransientError of code `limits_invalid` when the messenger gives none that can be kept. */
  limitsFor(address: string): readonly Limit[];
  /** For each request in turn: when it may go, as things stand, and whether that was reserved. */
  reserve(requests: readonly Reservation[]): Promise<readonly Slot[]>;
  /** Whether a slot is too old to be used. `at` and `now` by the storage's clock. */
  isMissed(at: number, now: number): boolean;
  /** Nobody sends to this address, or through this messenger when there is none, before `until`. */
  defer(until: number, address?: string): Promise<void>;
  /** Until the slot. Returns the time by the storage's clock. */
  wait(at: number, stop: AbortSignal): Promise<number>;
}

export function createPace(messenger: AnyMessenger, queue: QueueStore, clock: Clock, runtime: Runtime): Pace {
  const mine: Limit = deferrable(messenger.alias);

  return {
    limitsFor: (address) => [mine, deferrable(addressKey(messenger.alias, address)), ...limitsOf(messenger, address)],
    async reserve(requests) {
      const now = await clock.now();
      return queue.reserve(requests, now, now + horizonMs);
    },
    isMissed: (at, now) => now - at > (messenger.limits ? missedMs : horizonMs),
    defer: (until, address) => queue.defer(address === undefined ? messenger.alias : addressKey(messenger.alias, address), until),
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
