/**
 * Lets sends run side by side, or one alone. A dispatch that may have ended its process before is sent alone, so that it takes no other
 * one along. Other processes go on.
 */
export interface SendGate {
  /** Enters beside others, unless one is being sent alone. Returns whether it did. */
  enter(): boolean;
  /** Waits until nothing is being sent alone, and enters. */
  entered(): Promise<void>;
  leave(): void;
  /** While one is being sent alone, what resolves when that is over. */
  closed(): Promise<void> | undefined;
  /** Waits until all have left, and until everybody is prepared. No other one enters meanwhile. */
  alone<T>(send: () => Promise<T>): Promise<T>;
  /** Calls `prepare` before anything is sent alone, until the returned function is called. */
  beforeAlone(prepare: () => Promise<void>): () => void;
}

export function createSendGate(): SendGate {
  let inside = 0;
  let empty: PromiseWithResolvers<void> | undefined;
  let solo: Promise<void> | undefined;
  const preparations = new Set<() => Promise<void>>();

  const enter = (): boolean => {
    if (solo) return false;
    inside += 1;
    return true;
  };

  return {
    enter,
    async entered() {
      while (!enter()) await solo;
    },
    leave() {
      inside -= 1;
      if (inside === 0) empty?.resolve();
    },
    closed: () => solo,
    async alone(send) {
      while (solo) await solo;
      const over = Promise.withResolvers<void>();
      solo = over.promise;
      try {
        if (inside > 0) {
          empty = Promise.withResolvers();
          await empty.promise;
        }
        await Promise.all(Array.from(preparations, (prepare) => prepare()));
        return await send();
      } finally {
        empty = undefined;
        solo = undefined;
        over.resolve();
      }
    },
    beforeAlone(prepare) {
      preparations.add(prepare);
      return () => void preparations.delete(prepare);
    },
  };
}
