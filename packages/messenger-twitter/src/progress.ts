import { errorKind, type Receipt } from '@sitemessage/core';

/** How far the posts of a delivery got, in however many attempts. */
export interface Progress {
  /** What they say. */
  readonly texts: readonly [string, ...string[]];
  /** Of those that are on X, in order. X has not told the id of one whose reply was lost. */
  readonly ids: (string | undefined)[];
  /** Whether the next one may be on X, too. */
  isInDoubt: boolean;
}

/** Remembers what has begun, so that it goes on, as what it began as, where it was cut off. X has no key by which it would drop a repeat. */
export interface Memory {
  follow(id: string, begin: () => Progress['texts'], work: (progress: Progress) => Promise<Receipt>): Promise<Receipt>;
}

/** Others may take a delivery over, and it never comes back: so many are remembered, the last ones. */
const most = 1_000;

export function createMemory(): Memory {
  const begun = new Map<string, Progress>();
  return {
    async follow(id, begin, work) {
      const progress = begun.get(id) ?? { texts: begin(), ids: [], isInDoubt: false };
      begun.delete(id);
      try {
        return await work(progress);
      } catch (error) {
        const isBegun = progress.isInDoubt || progress.ids.length > 0;
        if (isBegun && errorKind(error) !== 'permanent') begun.set(id, progress);
        if (begun.size > most) begun.delete(begun.keys().next().value as string);
        throw error;
      }
    },
  };
}
