import { keysOf } from '../recipients/keys.ts';
import type { Storage } from '../storage/port.ts';
import type { Claim, MessageRecord, SkipReason } from '../storage/records.ts';

/** A claim that is about to be sent. */
interface Candidate {
  readonly claim: Claim;
  readonly message: MessageRecord;
}

/**
 * Returns the reasons to skip claims, by claim id. An address may be suppressed. A message for subscribers
 * skips recipients who have unsubscribed, both as a user and by the bare address.
 */
export async function skipReasons(
  messenger: string,
  candidates: readonly Candidate[],
  { suppressions, subscriptions }: Pick<Storage, 'suppressions' | 'subscriptions'>,
): Promise<ReadonlyMap<string, SkipReason>> {
  const reasons = new Map<string, SkipReason>();
  const suppressed = await suppressions.among(
    messenger,
    candidates.map(({ claim }) => claim.address),
  );
  const gone = new Set(suppressed.map(({ address }) => address));
  for (const { claim } of candidates) if (gone.has(claim.address)) reasons.set(claim.id, 'suppressed');

  const asked = candidates.filter(({ message }) => message.forSubscribers);
  const keys = asked.map(({ claim, message }) => keysOf(message.type, { ...claim, messenger }));
  const answers = keys.length === 0 ? [] : await subscriptions.has(keys.flat());
  let place = 0;
  for (const [index, { claim }] of asked.entries()) {
    const count = keys[index]?.length ?? 0;
    if (!answers.slice(place, place + count).includes(true) && !reasons.has(claim.id)) reasons.set(claim.id, 'unsubscribed');
    place += count;
  }
  return reasons;
}
