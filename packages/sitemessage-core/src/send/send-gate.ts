/**
 * Lets sends run side by side, or one send alone. A dispatch that may have ended its process before is sent
 * alone, so that a crash affects no other. Other processes go on.
 */
export interface SendGate {
  /** Enters beside other sends, unless one is being sent alone. Returns whether it entered. */
  enter(): boolean;
  /** Waits until no send is alone, and enters. */
  entered(): Promise<void>;
  leave(): void;
  /** Returns a promise for the end of the send that is alone. Undefined when there is none. */
  closed(): Promise<void> | undefined;
  /**
   * Waits until all sends have left and all preparations are done, then sends. No other send enters
   * meanwhile.
   */
  alone<T>(send: () => Promise<T>): Promise<T>;
  /** Calls `prepare` before each send that goes alone, until the returned function is called. */
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
