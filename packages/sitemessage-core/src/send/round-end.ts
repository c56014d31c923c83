/**
 * Ends one round early: after a stop, a pause, or a failure of the storage. What is claimed and not sent is
 * given back.
 */
export interface RoundEnd {
  isOver(): boolean;
  /** Hands out nothing more. The rest is given back, due at `dueAt` or at once. Only the first call counts. */
  stop(dueAt?: number): void;
  /** Stops because the storage threw `error`. Sends that have begun finish. */
  fail(error: unknown): void;
  /** Returns when the rest is due again. Undefined: at once. */
  dueAt(): number | undefined;
  /** @throws the first error that `fail` was given. */
  throwFailure(): void;
}

/** @param signal aborted to finish the sends in flight and give back the rest. */
export function createRoundEnd(signal: AbortSignal): RoundEnd {
  let stopped: { readonly dueAt: number | undefined } | undefined;
  let failure: { readonly error: unknown } | undefined;
  const stop = (dueAt?: number): void => {
    stopped ??= { dueAt };
  };
  return {
    isOver: () => stopped !== undefined || signal.aborted,
    stop,
    fail(error) {
      failure ??= { error };
      stop();
    },
    dueAt: () => stopped?.dueAt,
    throwFailure() {
      if (failure) throw failure.error;
    },
  };
}
