import type { Reservation } from '../storage/port.ts';
import type { Reserved } from './pace.ts';

/**
 * One worker's share of the limits that all addresses have in common. Other workers take their part of such
 * a limit, so a claim beyond the own share would only be given back.
 */
export interface Share {
  /** Returns how many dispatches to claim at most. */
  allowance(): number;
  /** Returns whether the last reservations found no room in a common limit. */
  isSaturated(): boolean;
  /** Returns whether the limit that refused this slot is common to several addresses. */
  isCommon(slot: Reserved): boolean;
  /** Notes which limits the addresses of a reservation have in common. */
  note(addresses: readonly string[], requests: readonly Reservation[]): void;
  /**
   * Adjusts the allowance after a reservation. `wanted` is how many this worker sends meanwhile, at least.
   */
  adjust(slots: readonly Reserved[], wanted: number): void;
}

/** Keys of common limits to remember. A messenger has one or two. */
const mostCommon = 100;

export function createShare(): Share {
  const commonKeys = new Set<string>();
  let allowance = Number.POSITIVE_INFINITY;
  let isSaturated = false;

  const isCommon = ({ key }: Reserved): boolean => key !== undefined && commonKeys.has(key);

  return {
    allowance: () => allowance,
    isSaturated: () => isSaturated,
    isCommon,
    note(addresses, requests) {
      const firstAddress = new Map<string, string>();
      for (const [index, { limits }] of requests.entries()) {
        const address = addresses[index] as string;
        for (const { key } of limits) {
          const other = firstAddress.get(key);
          if (other === undefined) firstAddress.set(key, address);
          else if (other !== address && commonKeys.size < mostCommon) commonKeys.add(key);
        }
      }
    },
    adjust(slots, wanted) {
      const granted = slots.filter((slot) => slot.granted).length;
      isSaturated = slots.some((slot) => !slot.granted && isCommon(slot));
      allowance = isSaturated ? Math.max(1, granted, wanted) : allowance * 2;
    },
  };
}
