import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TransientError } from '../../src/index.ts';
import { excess, type Sent, sharePace } from './shared-pace.ts';

const limit = fc.record({ intervalMs: fc.constantFrom(0, 1, 33, 100, 250, 1_000, 1_700), burst: fc.integer({ min: 1, max: 5 }) });
const refusal = fc.record({
  scope: fc.constantFrom('address' as const, 'messenger' as const),
  retryAfterMs: fc.integer({ min: 1, max: 8_000 }),
});

const situation = fc.record({
  workers: fc.integer({ min: 1, max: 4 }),
  concurrency: fc.integer({ min: 1, max: 5 }),
  overall: limit,
  chat: limit,
  chats: fc.array(fc.constantFrom('ann', 'bob', 'carl', 'dora'), { minLength: 1, maxLength: 40, size: 'max' }),
  /** By what reached the provider. */
  refusals: fc.dictionary(fc.integer({ min: 0, max: 20 }).map(String), refusal, { maxKeys: 5 }),
});

/** A slot is used up to so long after its time. */
const lateMs = 100;
/** A worker that has a slot already uses it: it hears of a deferral when it reserves the next one. */
const horizonMs = 1_000;

it('no window holds more than a limit allows, and nobody goes during a deferral, whoever works', async () => {
  await fc.assert(
    fc.asyncProperty(situation, async ({ workers, concurrency, overall, chat, chats, refusals }) => {
      const deferrals: { readonly address?: string; readonly from: number; readonly until: number }[] = [];
      const answer = ({ at, address }: Sent, n: number): void => {
        const refused = refusals[n];
        if (!refused) return;
        const { scope, retryAfterMs } = refused;
        deferrals.push({ from: at, until: at + retryAfterMs, ...(scope === 'address' && { address }) });
        throw new TransientError('slow down', { scope, retryAfterMs });
      };
      const limits = (address: string) => [
        { key: 'overall', ...overall },
        { key: `chat ${address}`, ...chat },
      ];
      const { sends, schedule, work, statuses } = sharePace({ workers, concurrency, limits, answer });
      await schedule(chats);
      await work(600_000);

      expect(await statuses()).toEqual(new Set(['sent']));
      expect(sends).toHaveLength(chats.length + deferrals.length);
      const timesTo = (address?: string) => sends.filter((sent) => (address ?? sent.address) === sent.address).map(({ at }) => at);
      expect(excess(timesTo(), overall, lateMs)).toBeLessThanOrEqual(0);
      for (const address of new Set(chats)) expect(excess(timesTo(address), chat, lateMs)).toBeLessThanOrEqual(0);
      for (const { address, from, until } of deferrals) {
        expect(timesTo(address).filter((at) => at > from + horizonMs + lateMs && at < until)).toEqual([]);
      }
    }),
    { seed: 1, numRuns: 60 },
  );
});
