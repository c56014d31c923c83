import type { Clock } from '../clock.ts';
import type { Runtime } from '../runtime.ts';
import type { Channel } from './channel.ts';
import type { Reserved } from './pace.ts';
import type { RoundEnd } from './round-end.ts';

/** The time at which one dispatch may go. */
export interface Slot {
  /** The slot as it was reserved last. */
  readonly reserved: Reserved;
  /**
   * Waits for the slot, and for another one when that was missed. Returns undefined when the dispatch may
   * go, otherwise the time at which it is due again.
   *
   * @throws TransientError `limits_invalid`.
   */
  wait(): Promise<number | undefined>;
  /** Returns whether the dispatch may still go, some time after the wait. */
  isUsable(): boolean;
}

export interface SlotOptions {
  readonly channel: Channel;
  readonly clock: Clock;
  readonly runtime: Runtime;
  readonly end: RoundEnd;
  readonly stop: AbortSignal;
}

/** A refused dispatch is held for a slot at most this long. Then it is given back. */
export const holdMs = 5_000;

/** @param address the address whose limits the slot keeps. */
export function createSlot(first: Reserved, address: string, { channel, clock, runtime, end, stop }: SlotOptions): Slot {
  const { pace, share, nextSlots } = channel;
  let reserved = first;
  /** The storage's clock less the monotonic one, at the time of the slot. */
  let clockOffset = 0;

  /** Returns whether the storage could say. Otherwise the round ends. */
  const reserveAnother = async (): Promise<boolean> => {
    const limits = pace.limitsFor(address);
    try {
      [reserved] = (await pace.reserve([{ limits }])) as [Reserved];
      return true;
    } catch (error) {
      end.fail(error);
      return false;
    }
  };

  return {
    get reserved() {
      return reserved;
    },
    async wait() {
      do {
        // All that wait for a common limit are alike, so this dispatch may as well take the next slot.
        const isWorthWaiting = share.isCommon(reserved) && reserved.at - (await clock.now()) <= holdMs;
        if (!reserved.granted && !isWorthWaiting) {
          nextSlots.add(reserved.at);
          return reserved.at;
        }
        const now = await pace.wait(reserved.granted ? reserved.at : reserved.askAt, stop);
        if (end.isOver()) break;
        if (!reserved.granted) continue;
        const deferredUntil = pace.deferredUntil(address);
        if (deferredUntil > now) return deferredUntil;
        if (now <= reserved.usableUntil) {
          clockOffset = now - runtime.monotonic();
          return undefined;
        }
      } while (await reserveAnother());
      return end.dueAt() ?? (await clock.now());
    },
    isUsable() {
      const now = runtime.monotonic() + clockOffset;
      return !end.isOver() && now <= reserved.usableUntil && pace.deferredUntil(address) <= now;
    },
  };
}
