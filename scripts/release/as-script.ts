/** Runs what a script does: cleans up when it is told to stop, and says in one place what went wrong. */
export async function asScript(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  try {
    await work(stop.signal);
  } catch (error) {
    process.stderr.write(`That failed: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
