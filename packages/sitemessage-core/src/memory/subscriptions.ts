import { splitPointsOf } from '../storage/split-points.ts';
import type { Subscription, SubscriptionFilter, SubscriptionKey, SubscriptionStore } from '../storage/subscriptions.ts';

export function createSubscriptions(): SubscriptionStore {
  const kept = new Map<string, Subscription>();

  async function* list(filter: SubscriptionFilter): AsyncGenerator<Subscription> {
    const after = filter.after && textOf(filter.after);
    const until = filter.until && textOf(filter.until);
    for (const text of [...kept.keys()].sort()) {
      if ((after !== undefined && text <= after) || (until !== undefined && text > until)) continue;
      const subscription = kept.get(text);
      if (subscription && matches(subscription, filter)) yield subscription;
    }
  }

  return {
    list,
    splitPoints: (type, size, after) => splitPointsOf(list({ type, ...(after && { after }) }), size),
    async has(keys) {
      return keys.map((key) => kept.has(textOf(key)));
    },
    async change({ add, remove }, now) {
      // Every key is read before the first one is applied. If reading one throws, nothing changes.
      const added = add.map((key) => [textOf(key), copy(key, now)] as const);
      const removed = remove.map(textOf);
      const counts = { added: 0, removed: removed.filter((text) => kept.delete(text)).length };
      for (const [text, subscription] of added) {
        if (kept.has(text)) continue;
        kept.set(text, subscription);
        counts.added += 1;
      }
      return counts;
    },
  };
}

/** Returns a text that identifies the key. `list` sorts by it: users come before bare addresses. */
const textOf = ({ type, messenger, userId, address }: SubscriptionKey): string =>
  JSON.stringify([type, messenger, userId === undefined ? 'b' : 'a', userId ?? address]);

function copy({ messenger, type, userId, address }: SubscriptionKey, since: number): Subscription {
  return Object.freeze({ messenger, type, ...(userId === undefined ? { address: address as string } : { userId }), since });
}

function matches(subscription: Subscription, { messenger, type, userId, address }: SubscriptionFilter): boolean {
  return (
    (messenger === undefined || subscription.messenger === messenger) &&
    (type === undefined || subscription.type === type) &&
    (userId === undefined || subscription.userId === userId) &&
    (address === undefined || subscription.address === address)
  );
}
