import type { AnyMessenger, Limit } from '../messenger/messenger.ts';
import type { Runtime } from '../runtime.ts';
import type { QueueStore, Slot } from '../storage/port.ts';
import type { Clock } from './clock.ts';

/** Slots are reserved no further ahead: a worker that dies wastes at most a second of everybody's pace, and a deferral reaches everybody within one. */
export const horizonMs = 1_000;

/** A slot that was missed by more than this is gone, where the provider counts: sending now would crowd the next ones. */
const missedMs = 100;

/** When the dispatches of one messenger may go, agreed with every other worker through the storage. */
export interface Pace {
  /** For each address in turn: when it may go, as things stand, and whether that was reserved. */
  reserve(addresses: readonly string[]): Promise<readonly Slot[]>;
  /** Whether a slot is too old to be used. `at` and `now` by the storage's clock. */
  isMissed(at: number, now: number): boolean;
  /** Nobody sends to this address, or through this messenger when there is none, before `until`. */
  defer(until: number, address?: string): Promise<void>;
  /** How long until the slot, and no longer than the horizon. */
  wait(at: number, stop: AbortSignal): Promise<void>;
}

export function createPace(messenger: AnyMessenger, queue: QueueStore, clock: Clock, runtime: Runtime): Pace {
  const mine: Limit = deferrable(messenger.alias);
  const limitsFor = (address: string): readonly Limit[] => [
    mine,
    deferrable(addressKey(messenger.alias, address)),
    ...(messenger.limits?.(address) ?? []),
  ];

  return {
    async reserve(addresses) {
      const now = await clock.now();
      return queue.reserve(
        addresses.map((address) => ({ limits: limitsFor(address) })),
        now,
        now + horizonMs,
      );
    },
    isMissed: (at, now) => now - at > (messenger.limits ? missedMs : horizonMs),
    defer: (until, address) => queue.defer(address === undefined ? messenger.alias : addressKey(messenger.alias, address), until),
    async wait(at, stop) {
      const waitMs = at - (await clock.now());
      if (waitMs > 0) await runtime.sleep(waitMs, stop);
    },
  };
}

/** A key that allows everything until it is deferred. */
const deferrable = (key: string): Limit => ({ key, intervalMs: 0, burst: 1 });

const addressKey = (alias: string, address: string): string => `${alias} ${address}`;
