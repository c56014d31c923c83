/** How many results may wait for the storage. A crash repeats them, and the sends in flight. */
export const mostUnsettled = 50;

/** Counts the results of all messengers of one site that are not stored yet. */
export interface Unsettled {
  add(): void;
  remove(count: number): void;
  /** Resolves when there is room for another result. */
  room(): Promise<void>;
  /** Calls `store` whenever there is no more room, until the returned function is called. */
  onFull(store: () => void): () => void;
}

export function createUnsettled(): Unsettled {
  let unsettled = 0;
  let freed = Promise.withResolvers<void>();
  const listeners = new Set<() => void>();
  return {
    add() {
      unsettled += 1;
      if (unsettled >= mostUnsettled) for (const store of listeners) store();
    },
    remove(count) {
      unsettled -= count;
      freed.resolve();
      freed = Promise.withResolvers();
    },
    async room() {
      while (unsettled >= mostUnsettled) await freed.promise;
    },
    onFull(store) {
      listeners.add(store);
      return () => void listeners.delete(store);
    },
  };
}
