/** The time that some work took. */
export interface Measured {
  readonly seconds: number;
  /** CPU time of this process, user and system. */
  readonly cpuSeconds: number;
}

/** Collects garbage where `--expose-gc` allows it, then runs and times the work. */
export async function measure(work: () => Promise<void>): Promise<Measured> {
  globalThis.gc?.();
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { seconds, cpuSeconds: (user + system) / 1_000_000 };
}

/** Returns the median. Of an even number of values, the lower of the two in the middle. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] as number;
}
