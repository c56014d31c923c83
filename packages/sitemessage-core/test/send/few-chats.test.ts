import { expect, it } from 'vitest';
import { sharePace } from './shared-pace.ts';

const limits = (address: string) => [
  { key: 'overall', intervalMs: 1_000 / 30, burst: 1 },
  { key: `chat ${address}`, intervalMs: 1_000, burst: 1 },
];

it('chats that wait for their next second take no slot from the others: ten with 20 messages each take 20 s', async () => {
  const { schedule, work } = sharePace({ workers: 4, concurrency: 10, limits });
  await schedule(Array.from({ length: 200 }, (_, nr) => `chat ${nr % 10}`));
  // 25 s when a slot in the future is charged to the overall limit as well.
  expect(await work(60_000)).toBeLessThanOrEqual(22_000);
});

it('a chat with many messages does not slow down the others, and is not claimed over and over', async () => {
  const { sends, schedule, work, released } = sharePace({ workers: 2, concurrency: 4, limits });
  await schedule([...Array.from({ length: 100 }, () => 'busy'), ...Array.from({ length: 200 }, (_, nr) => `chat ${nr}`)]);
  expect(await work(120_000)).toBeLessThanOrEqual(110_000);
  const others = sends.filter(({ address }) => address !== 'busy').map(({ at }) => at);
  expect(Math.max(...others) - Math.min(...others)).toBeLessThan(12_000);
  // Over 5,000 when all that get no slot come back for the next one.
  expect(released()).toBeLessThan(1_500);
});
