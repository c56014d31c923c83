/** Waits for it until the signal, and throws what `makeError` makes then. */
export async function untilAborted<T>(waiting: Promise<T>, signal: AbortSignal, makeError: () => Error): Promise<T> {
  if (signal.aborted) throw makeError();
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(makeError());
  signal.addEventListener('abort', stop);
  try {
    return await Promise.race([waiting, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
