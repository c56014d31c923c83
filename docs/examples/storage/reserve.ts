import type { Reservation, Slot } from '@sitemessage/core/storage';
import { grantSlots, type PaceRecord } from '@sitemessage/core/storage';

/** What a database does between `begin` and `commit`. */
export interface Locked {
  /** Locks the keys, always in the same order, and reads their rows. */
  read(keys: readonly string[]): Promise<ReadonlyMap<string, PaceRecord>>;
  write(tats: ReadonlyMap<string, number>): Promise<void>;
}

export async function reserve(
  locked: Locked,
  requests: readonly Reservation[],
  now: number,
  until: number,
): Promise<readonly Slot[]> {
  const keys = new Set(
    requests.flatMap(({ limits }) => limits.map(({ key }) => key)),
  );
  const known = await locked.read([...keys].sort());
  const { slots, charged } = grantSlots(requests, known, now, until);
  await locked.write(charged);
  return slots;
}
