const stopSignals = ['SIGTERM', 'SIGINT'] as const;

/** Calls on the first of these signals only: whoever presses Ctrl-C again wants the process to end. Returns what takes it off. */
export function onStopSignal(stop: () => void): () => void {
  const ignore = (): void => {
    for (const signal of stopSignals) process.off(signal, onSignal);
  };
  const onSignal = (): void => {
    ignore();
    stop();
  };
  for (const signal of stopSignals) process.on(signal, onSignal);
  return ignore;
}
