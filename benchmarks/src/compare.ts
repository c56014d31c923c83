import { measure } from './measure.ts';

/** A queue to compare. It is empty when it is made. */
export interface Candidate {
  /** Stores `count` dispatches. Resolves when each can be claimed. */
  schedule(count: number): Promise<void>;
  /**
   * Claims each dispatch, hands it to a handler that does nothing, and stores it as done. Returns how many.
   */
  drain(): Promise<number>;
  close(): Promise<void>;
}

/** Rows a second. */
export interface Rates {
  readonly schedule: number;
  readonly drain: number;
}

export type Candidates = Readonly<Record<string, () => Promise<Candidate>>>;

/**
 * Runs the candidates in turn, `runs` times, after one round to warm up. Interleaved runs meet the same
 * disturbances of the machine.
 */
export async function compare(candidates: Candidates, count: number, runs: number): Promise<Readonly<Record<string, readonly Rates[]>>> {
  const results: Record<string, Rates[]> = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
  for (let run = 0; run <= runs; run++) {
    for (const [name, make] of Object.entries(candidates)) {
      const rates = await runOnce(await make(), count);
      process.stdout.write(`${run === 0 ? 'warm-up' : `run ${run}`}: ${name} ${rates.schedule}/s scheduled, ${rates.drain}/s drained\n`);
      if (run > 0) results[name]?.push(rates);
    }
  }
  return results;
}

async function runOnce(candidate: Candidate, count: number): Promise<Rates> {
  try {
    const scheduled = await measure(() => candidate.schedule(count));
    let done = 0;
    const drained = await measure(async () => {
      done = await candidate.drain();
    });
    if (done !== count) throw new Error(`${done} of ${count} were done.`);
    return { schedule: Math.round(count / scheduled.seconds), drain: Math.round(count / drained.seconds) };
  } finally {
    await candidate.close();
  }
}
