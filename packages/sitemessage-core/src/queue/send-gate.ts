/**
 * Lets sends run side by side, or one alone. A dispatch that may have ended its process before is sent alone, so that it takes no other
 * one along. Other processes go on.
 */
export interface SendGate {
  together<T>(send: () => Promise<T>): Promise<T>;
  /** Waits for the sends in flight. No other one begins meanwhile. */
  alone<T>(send: () => Promise<T>): Promise<T>;
}

export function createSendGate(): SendGate {
  let inFlight = 0;
  let idle: PromiseWithResolvers<void> | undefined;
  let solo: Promise<void> | undefined;

  return {
    async together(send) {
      while (solo) await solo;
      inFlight += 1;
      try {
        return await send();
      } finally {
        inFlight -= 1;
        if (inFlight === 0) idle?.resolve();
      }
    },
    async alone(send) {
      while (solo) await solo;
      const over = Promise.withResolvers<void>();
      solo = over.promise;
      try {
        if (inFlight > 0) {
          idle = Promise.withResolvers();
          await idle.promise;
        }
        return await send();
      } finally {
        idle = undefined;
        solo = undefined;
        over.resolve();
      }
    },
  };
}
