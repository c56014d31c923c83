import { describe, expect, it } from 'vitest';
import { excess, type Sent, sharePace } from './shared-pace.ts';

const perChat = { intervalMs: 1_000, burst: 1 };
const overall = { intervalMs: 1_000 / 30, burst: 1 };

const limits = (address: string) => [
  { key: 'overall', ...overall },
  { key: `chat ${address}`, ...perChat },
];

function expectWithinLimits(sends: readonly Sent[]): void {
  expect(
    excess(
      sends.map(({ at }) => at),
      overall,
    ),
  ).toBeLessThanOrEqual(0);
  for (const toOne of Map.groupBy(sends, ({ address }) => address).values()) {
    expect(
      excess(
        toOne.map(({ at }) => at),
        perChat,
      ),
    ).toBeLessThanOrEqual(0);
  }
}

// The work of a test grows with the square of its messages: 400 take 0.7 s of CPU time, and 1,000 took 5 s.
describe('a chat that takes one message a second', { timeout: 60_000 }, () => {
  it.each([
    [1, 400],
    [4, 400],
  ])('gets from %d workers one a second, and waits for none of %d longer than that', async (workers, count) => {
    const { sends, schedule, work, statuses } = sharePace({ workers, concurrency: 1, limits });
    await schedule(Array.from({ length: count }, () => 'ann'));
    const tookMs = await work(2 * count * 1_000);
    expect(await statuses()).toEqual(new Set(['sent']));
    expect(sends).toHaveLength(count);
    expectWithinLimits(sends);
    expect(tookMs).toBeGreaterThanOrEqual((count - 1) * 1_000);
    expect(tookMs).toBeLessThanOrEqual(1.01 * count * 1_000);
  });
});

describe.each([1, 8, 30])('four workers that send %d at once', { timeout: 60_000 }, (concurrency) => {
  it('together send 30 a second to as many chats as there are', async () => {
    const { sends, schedule, work, released } = sharePace({ workers: 4, concurrency, limits });
    await schedule(Array.from({ length: 900 }, (_, index) => `chat${index}`));
    const tookMs = await work(60_000);
    expect(sends).toHaveLength(900);
    expectWithinLimits(sends);
    expect(tookMs).toBeGreaterThanOrEqual(29_000);
    expect(tookMs).toBeLessThanOrEqual(32_000);
    // Each worker claims its share, and holds what it claimed: when all claimed for all, 11 releases came on a send.
    expect(released()).toBeLessThan(90);
  });

  it('together keep to 30 a second, and to one a second for each chat, of which there are few', async () => {
    const { sends, schedule, work, statuses } = sharePace({ workers: 4, concurrency, limits });
    await schedule(Array.from({ length: 300 }, (_, index) => `chat${index % 20}`));
    await work(300_000);
    expect(await statuses()).toEqual(new Set(['sent']));
    expect(sends).toHaveLength(300);
    expectWithinLimits(sends);
  });
});
