import type { Subscription, SubscriptionKey } from './subscriptions.ts';

/** Computes `splitPoints` from a listing, for storages that list quickly. */
export async function* splitPointsOf(subscriptions: AsyncIterable<Subscription>, size: number): AsyncGenerator<SubscriptionKey> {
  let messenger: string | undefined;
  let count = 0;
  for await (const { since: _, ...key } of subscriptions) {
    count = key.messenger === messenger ? count + 1 : 1;
    messenger = key.messenger;
    if (count % size === 0) yield key;
  }
}
