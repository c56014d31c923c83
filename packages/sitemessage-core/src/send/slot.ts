import type { Clock } from '../clock.ts';
import type { Runtime } from '../runtime.ts';
import type { Channel } from './channel.ts';
import type { Reserved } from './pace.ts';
import type { RoundEnd } from './round-end.ts';

/** The reservation of one dispatch, granted or refused. */
export interface PacedSlot {
  readonly address: string;
  /** The slot as it was reserved last. */
  reserved: Reserved;
  /** The storage's clock minus the monotonic clock, measured when the wait ended. */
  clockOffset: number;
}

/** Waits for slots. */
export interface Slots {
  /**
   * Waits for the slot, and for another one when that was missed. Returns undefined when the dispatch may go now,
   * otherwise its new due time.
   *
   * @throws TransientError `limits_invalid`.
   */
  wait(slot: PacedSlot): Promise<number | undefined>;
  /** Returns whether the dispatch may still go, some time after the wait. */
  isUsable(slot: PacedSlot): boolean;
}

export interface SlotsOptions {
  readonly channel: Channel;
  readonly clock: Clock;
  readonly runtime: Runtime;
  readonly end: RoundEnd;
  readonly stop: AbortSignal;
}

/** A refused dispatch is held for a slot at most this long, in milliseconds. Then it is given back. */
export const holdMs = 5_000;

export function createSlots({ channel, clock, runtime, end, stop }: SlotsOptions): Slots {
  const { pace, share, nextSlots } = channel;

  /** Returns whether the storage could say. Otherwise the round ends. */
  const reserveAnother = async (slot: PacedSlot): Promise<boolean> => {
    const limits = pace.limitsFor(slot.address);
    try {
      [slot.reserved] = (await pace.reserve([{ limits }])) as [Reserved];
      return true;
    } catch (error) {
      end.fail(error);
      return false;
    }
  };

  return {
    async wait(slot) {
      do {
        const { reserved } = slot;
        // All that wait for a common limit are alike, so this dispatch may as well take the next slot.
        const isWorthWaiting = share.isCommon(reserved) && reserved.at - (await clock.now()) <= holdMs;
        if (!reserved.granted && !isWorthWaiting) {
          nextSlots.add(reserved.at);
          return reserved.at;
        }
        const now = await pace.wait(reserved.granted ? reserved.at : reserved.askAt, stop);
        if (end.isOver()) break;
        if (!reserved.granted) continue;
        const deferredUntil = pace.deferredUntil(slot.address);
        if (deferredUntil > now) return deferredUntil;
        if (now <= reserved.usableUntil) {
          slot.clockOffset = now - runtime.monotonic();
          return undefined;
        }
      } while (await reserveAnother(slot));
      return end.dueAt() ?? (await clock.now());
    },
    isUsable({ address, reserved, clockOffset }) {
      const now = runtime.monotonic() + clockOffset;
      return !end.isOver() && now <= reserved.usableUntil && pace.deferredUntil(address) <= now;
    },
  };
}
