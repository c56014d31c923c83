import { createSitemessage, type Delivery, defineMessageType, defineMessenger, type Receipt, type Worker } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import type { Storage } from '../../src/storage/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { recordLife } from './life.ts';
import { type Limits, type Outcome, type OutcomeName, outcomes } from './life-outcomes.ts';

export const limitsOf: Readonly<Record<string, Limits>> = {
  resend: { retryLimit: 3, onUnknown: 'resend' },
  hold: { retryLimit: 2, onUnknown: 'hold' },
};

const messageTypes = Object.entries(limitsOf).map(([alias, limits]) =>
  defineMessageType({ alias, title: alias, ...limits, render: { default: () => ({ text: 'Hello' }) } }),
);

const never = new Promise<never>(() => undefined);

/** Processes that come and go, around one storage and one provider that does what `plan` says, and then takes everything. */
export function populate(plan: readonly OutcomeName[]) {
  const runtime = fakeRuntime();
  const memory = memoryStorage({ runtime });
  const { queue, steps } = recordLife(memory.queue);
  /** What was sent under which claim. */
  const sends: { readonly id: string; readonly token: string; readonly outcome: Outcome }[] = [];

  const open = (): { readonly site: ReturnType<typeof siteOf>; worker: Worker; end(): void; stall(ms: number): void } => {
    let hasEnded = false;
    let still: Promise<void> | undefined;
    /** Once its process has ended, nothing goes on; while it stands still, nothing does either. */
    const living =
      <Arguments extends unknown[], Result>(work: (...given: Arguments) => Promise<Result>) =>
      async (...given: Arguments): Promise<Result> => {
        if (hasEnded) return never;
        await still;
        const result = await work(...given);
        return hasEnded ? never : result;
      };
    const holding = new Map<string, string>();
    const storage: Storage = {
      ...memory,
      clock: living(memory.clock),
      queue: {
        ...queue,
        claim: living(async (request) => {
          const claimed = await queue.claim(request);
          for (const { id } of claimed.claims) holding.set(id, request.token);
          return claimed;
        }),
        settle: living(queue.settle),
        reserve: living(queue.reserve),
        defer: living(queue.defer),
        counts: living(queue.counts),
      },
    };
    const send = async ({ id }: Delivery): Promise<Receipt> => {
      const outcome: Outcome = outcomes[plan[sends.length] ?? 'sent'];
      sends.push({ id, token: holding.get(id) as string, outcome });
      await runtime.sleep(sends.length % 2 === 0 ? 0 : 300);
      await outcome.send();
      return {};
    };
    const site = siteOf(storage, living(send));
    return {
      site,
      worker: site.startWorker({ pollIntervalMs: 4_000, stopTimeoutMs: 2_000 }),
      end() {
        hasEnded = true;
      },
      stall(ms) {
        still = runtime.sleep(ms);
      },
    };
  };

  const siteOf = (storage: Storage, send: (delivery: Delivery) => Promise<Receipt>) => {
    const post = defineMessenger({
      alias: 'post',
      package: 'post',
      title: 'Post',
      getAddress: (address: string) => address,
      create: (_: object) => ({
        concurrency: 2,
        limits: () => [{ key: 'post', intervalMs: 50, burst: 2 }],
        open: async () => ({ send }),
      }),
    });
    const messenger = post({ timeoutMs: 5_000, retry: { firstMs: 1_000, factor: 2, maxMs: 8_000 } });
    return createSitemessage({ storage, runtime, messengers: [messenger], messageTypes });
  };

  return { runtime, memory, steps, sends, open };
}
