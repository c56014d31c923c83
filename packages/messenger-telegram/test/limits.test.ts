import { memoryStorage } from '@sitemessage/core/memory';
import { fakeRuntime } from '@sitemessage/core/testing';
import { sandboxed } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { crewOf } from './paced.ts';
import { drawing } from './random.ts';

const running = sandboxed('telegram');
const second = 1_000;
const minute = 60 * second;

/** Returns the most sends in any window of `ms` milliseconds. */
function most(times: readonly number[], windowMs: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return Math.max(...sorted.map((start, index) => sorted.slice(index).filter((time) => time < start + windowMs).length));
}

describe('three workers of one bot', () => {
  const setUp = () => {
    const runtime = fakeRuntime();
    return crewOf(3, { runtime, storage: memoryStorage({ runtime }), options: running.sandbox.telegram.options, isDry: true });
  };

  it('send at most 30 a second together, and nearly as many', async () => {
    const crew = setUp();
    const chats = Array.from({ length: 300 }, (_, index) => index + 1);
    await crew.deliver(chats, ['Hi']);
    const times = crew.sent.map(({ at }) => at);
    expect(crew.sent).toHaveLength(300);
    expect(new Set(crew.sent.map(({ worker }) => worker)).size).toBeGreaterThan(1);
    expect(most(times, second)).toBeLessThanOrEqual(30);
    expect(Math.max(...times) - Math.min(...times)).toBeLessThan((300 / 25) * second);
  });

  it('send one a second to a chat', async () => {
    const crew = setUp();
    const texts = Array.from({ length: 10 }, (_, index) => `Text ${index}`);
    await crew.deliver([1, 2, 3], texts);
    for (const chat of ['1', '2', '3']) {
      const times = crew.sent.filter(({ address }) => address === chat).map(({ at }) => at);
      expect(times).toHaveLength(10);
      expect(most(times, second)).toBe(1);
      expect(Math.max(...times) - Math.min(...times)).toBeLessThan(20 * second);
    }
  });

  it('send 20 a minute to a group, without delaying other chats', async () => {
    const crew = setUp();
    const texts = Array.from({ length: 45 }, (_, index) => `Text ${index}`);
    await crew.deliver([-777, 8], texts);
    const timesOf = (chat: string) => crew.sent.filter(({ address }) => address === chat).map(({ at }) => at);
    expect(timesOf('-777')).toHaveLength(45);
    expect(most(timesOf('-777'), minute)).toBeLessThanOrEqual(20);
    expect(most(timesOf('-777'), minute)).toBeGreaterThan(15);
    expect(Math.max(...timesOf('8'))).toBeLessThan(Math.max(...timesOf('-777')) - minute);
  });
});

describe('a 429', () => {
  it.each([1, 2, 3])('at any point of 1,000 sends loses and repeats nothing, and every worker waits (seed %i)', async (seed) => {
    const runtime = fakeRuntime({ seed });
    const { telegram, inbox } = running.sandbox;
    const draw = drawing(seed);
    const places = new Set([1, ...Array.from({ length: 6 }, () => 2 + draw.below(990))]);
    const crew = crewOf(2, { runtime, storage: memoryStorage({ runtime }), options: telegram.options });
    let requests = 0;
    const refuse = (): void => {
      requests += 1;
      if (!places.has(requests)) return;
      const retry_after = 2 + draw.below(40);
      telegram.refuse({ error_code: 429, description: `Too Many Requests: retry after ${retry_after}`, parameters: { retry_after } });
    };
    crew.onSend(refuse);
    const chats = Array.from({ length: 1_000 }, (_, index) => index + 1);
    await crew.deliver(chats, ['Hi']);

    const addresses = inbox.all().map(({ address }) => address);
    expect(addresses).toHaveLength(1_000);
    expect(new Set(addresses)).toEqual(new Set(chats.map(String)));
    expect(crew.events.filter(({ type }) => ['failed', 'error', 'paused'].includes(type))).toEqual([]);
    expect(new Set(crew.sent.map(({ worker }) => worker)).size).toBe(2);
    expect(crew.pauses).toHaveLength(places.size);
    for (const { worker, at, until } of crew.pauses) {
      const during = crew.sent.filter((request) => request.at > at && request.at < until);
      expect(during.filter((request) => request.worker === worker)).toEqual([]);
      expect(during.filter((request) => request.at > at + second)).toEqual([]);
    }
  });
});
