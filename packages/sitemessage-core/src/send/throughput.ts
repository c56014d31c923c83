import type { Runtime } from '../runtime.ts';

/** Counts the sends of the last seconds. The size of claims follows it. */
export interface Throughput {
  count(): void;
  /** Returns the number of sends in the last whole seconds, up to 5. */
  during(seconds: number): number;
  /** Returns the time of the last send, in milliseconds since 1970 by this machine's clock. */
  lastAt(): number | undefined;
}

const kept = 5;

export function createThroughput(runtime: Runtime): Throughput {
  const counts: number[] = new Array(kept).fill(0);
  let current = 0;
  let lastAt: number | undefined;

  const turn = (): void => {
    const second = Math.trunc(runtime.monotonic() / 1_000);
    for (let step = 0; current < second && step < kept; step++) counts[++current % kept] = 0;
    current = second;
  };

  return {
    count() {
      turn();
      lastAt = runtime.now();
      counts[current % kept] = (counts[current % kept] as number) + 1;
    },
    during(seconds) {
      turn();
      let sum = 0;
      for (let ago = 0; ago < Math.min(seconds, kept, current + 1); ago++) sum += counts[(current - ago) % kept] as number;
      return sum;
    },
    lastAt: () => lastAt,
  };
}
