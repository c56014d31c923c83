import { createSitemessage, type Limit } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';

/** Something that reached the provider, also if it was refused. */
export interface Sent {
  readonly at: number;
  readonly address: string;
}

export interface Sharing {
  readonly workers: number;
  readonly concurrency: number;
  limits(address: string): readonly Limit[];
  /** What the provider does with the `n`th that reaches it, from 0. Default: takes it at once. */
  answer?(sent: Sent, n: number): Promise<void> | void;
}

/** Workers on several machines that share one storage and one provider. */
export function sharePace({ workers, concurrency, limits, answer }: Sharing) {
  const runtime = fakeRuntime();
  const storage = memoryStorage({ runtime });
  const sends: Sent[] = [];
  let released = 0;
  const sites = Array.from({ length: workers }, () => {
    const scripted = scriptedMessenger({ concurrency, limits });
    scripted.script = async ({ address }) => {
      const sent = { at: runtime.monotonic(), address };
      sends.push(sent);
      await answer?.(sent, sends.length - 1);
      return undefined;
    };
    const site = createSitemessage({ storage, runtime, messengers: [scripted.messenger] });
    site.onEvent(({ type }) => {
      if (type === 'released') released += 1;
    });
    return site;
  });

  return {
    sends,
    /** How often a dispatch was given back. */
    released: () => released,
    /** One dispatch for each, be it to the same address as another one. */
    async schedule(addresses: readonly string[]) {
      const [site] = sites as [(typeof sites)[number]];
      const counts = Map.groupBy(addresses, (address) => address);
      // Within one message, nobody gets it twice.
      for (let message = 1; counts.size > 0; message++) {
        await site.scheduleMessages('Hi', site.recipients('scripted', [...counts.keys()]));
        for (const [address, { length }] of [...counts]) if (length === message) counts.delete(address);
      }
    },
    /** Until everything is final. Returns how long that took, in milliseconds, to the second; fails after `mostMs`. */
    async work(mostMs: number): Promise<number> {
      const started = runtime.monotonic();
      const working = sites.map((site) => site.startWorker());
      for (let left = 1; left > 0; ) {
        if (runtime.monotonic() - started > mostMs) throw new Error(`${left} are not final after ${mostMs} ms.`);
        await runtime.advance(1_000);
        left = (await storage.queue.counts()).reduce((sum, { count }) => sum + count, 0);
      }
      const took = runtime.monotonic() - started;
      for (const worker of working) await runtime.run(worker.stop());
      return took;
    },
    statuses: async () => new Set((await Array.fromAsync(storage.queue.list({}))).map(({ status }) => status)),
  };
}

/** By how many more than `window / intervalMs + burst` these times are in any window at most; 0 or less is what a limit promises. */
export function excess(times: readonly number[], { intervalMs, burst }: Pick<Limit, 'intervalMs' | 'burst'>, slackMs = 0): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const [first, from] of times.entries()) {
    for (let last = first; last < times.length; last++) {
      const windowMs = (times[last] as number) - from + slackMs;
      const allowed = intervalMs > 0 ? Math.floor(windowMs / intervalMs) + burst : Number.POSITIVE_INFINITY;
      most = Math.max(most, last - first + 1 - allowed);
    }
  }
  return most;
}
