/** A way to store dispatches and to get them done, empty when it is made. */
export interface Contestant {
  /** Stores that many, until every one of them can be claimed. */
  schedule(count: number): Promise<void>;
  /** Hands each of them to somebody who does nothing, and stores that it is done. Returns how many. */
  drain(): Promise<number>;
  close(): Promise<void>;
}

/** Rows a second. */
export interface Rates {
  readonly schedule: number;
  readonly drain: number;
}

export type Contestants = Readonly<Record<string, () => Promise<Contestant>>>;

/** Everybody in turn, over and over, after one round to warm up: what the machine does meanwhile hits all alike. */
export async function compete(contestants: Contestants, count: number, runs: number): Promise<Readonly<Record<string, readonly Rates[]>>> {
  const results: Record<string, Rates[]> = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let run = 0; run <= runs; run++) {
    for (const [name, make] of Object.entries(contestants)) {
      const rates = await runOnce(await make(), count);
      process.stdout.write(`${run === 0 ? 'warm-up' : `run ${run}`}: ${name} ${rates.schedule}/s scheduled, ${rates.drain}/s drained\n`);
      if (run > 0) results[name]?.push(rates);
    }
  }
  return results;
}

async function runOnce(contestant: Contestant, count: number): Promise<Rates> {
  try {
    const scheduled = await seconds(() => contestant.schedule(count));
    let done = 0;
    const drained = await seconds(async () => {
      done = await contestant.drain();
    });
    if (done !== count) throw new Error(`${done} of ${count} were done.`);
    return { schedule: Math.round(count / scheduled), drain: Math.round(count / drained) };
  } finally {
    await contestant.close();
  }
}

async function seconds(work: () => Promise<void>): Promise<number> {
  globalThis.gc?.();
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}
