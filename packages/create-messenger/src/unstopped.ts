const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Does what takes a moment and no turn of the event loop, to its end: with a listener a signal waits until then. */
export function unstopped<Result>(work: () => Result): Result {
  const wait = (): void => undefined;
  for (const signal of signals) process.on(signal, wait);
  try {
    return work();
  } finally {
    for (const signal of signals) process.off(signal, wait);
  }
}
