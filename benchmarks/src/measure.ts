/** What some work took of this process. */
export interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

export async function measure(work: () => Promise<void>): Promise<Measured> {
  globalThis.gc?.();
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { seconds, cpuSeconds: (user + system) / 1_000_000 };
}
