import { errorKind, type Receipt } from '@sitemessage/core';

/** Remembers which deliveries may have been posted, since X, which has no key for repeats, refuses the same text for a while. */
export interface Doubts {
  /** What `post` gives or throws; but of a delivery that was in doubt, a refusal as a duplicate says that it is on X. */
  follow(id: string, post: () => Promise<Receipt>): Promise<Receipt>;
}

/** Others may take a delivery over, and it never comes back: so many are remembered, the last ones. */
const most = 1_000;

export function createDoubts(): Doubts {
  const ids = new Set<string>();
  return {
    async follow(id, post) {
      const isInDoubt = ids.delete(id);
      try {
        return await post();
      } catch (error) {
        const { code } = error as { readonly code?: unknown };
        if (isInDoubt && code === 'twitter_duplicate') return {};
        // Of a thread that was cut off, a duplicate says that its first part is there, and no more.
        const isDoubt = isInDoubt ? errorKind(error) !== 'permanent' : errorKind(error) === 'unknown';
        if (isDoubt && code !== 'twitter_part_sent') ids.add(id);
        if (ids.size > most) ids.delete(ids.values().next().value as string);
        throw error;
      }
    },
  };
}
