import { describe, expect, it } from 'vitest';
import { backoff, defaultRetry, pauseAfter } from '../../src/messenger/retry.ts';
import { createPause } from '../../src/send/pause.ts';
import { fakeRuntime } from '../../src/testing/index.ts';

const almostOne = 1 - Number.EPSILON;

describe('the wait between attempts', () => {
  it('is 30 s, then 3 times the wait before, up to 6 h', () => {
    const seconds = Array.from({ length: 10 }, (_, index) => backoff(defaultRetry, index + 1, almostOne) / 1_000);
    expect(seconds).toEqual([30, 90, 270, 810, 2_430, 7_290, 21_600, 21_600, 21_600, 21_600]);
  });

  it('is shortened by up to half, at random', () => {
    expect(backoff(defaultRetry, 1, 0)).toBe(15_000);
    expect(backoff(defaultRetry, 1, 0.5)).toBe(22_500);
  });

  it('follows the policy of the messenger, in whole milliseconds', () => {
    const policy = { firstMs: 101, factor: 1.5, maxMs: 200 };
    expect([1, 2, 3].map((attempt) => backoff(policy, attempt, 0))).toEqual([51, 76, 100]);
  });
});

it('the pause of a messenger that cannot work is 5 s, doubling up to 5 min', () => {
  expect([1, 2, 3, 6, 7, 2_000].map(pauseAfter)).toEqual([5_000, 10_000, 20_000, 160_000, 300_000, 300_000]);
});

const refused = { kind: 'configuration' as const, code: 'login_refused', message: 'no' };

describe('a pause', () => {
  it('doubles each time until a send succeeds', async () => {
    const runtime = fakeRuntime();
    const pause = createPause(runtime);
    expect({ left: pause.left(), isProbing: pause.isProbing() }).toEqual({ left: 0, isProbing: false });
    expect(pause.begin(refused, 0)).toBe(5_000);
    await runtime.advance(2_000);
    expect({ left: pause.left(), isProbing: pause.isProbing() }).toEqual({ left: 3_000, isProbing: true });
    await runtime.advance(4_000);
    expect({ left: pause.left(), isProbing: pause.isProbing() }).toEqual({ left: 0, isProbing: true });
    expect(pause.begin(refused, 0)).toBe(10_000);
    expect(pause.end()).toBe(true);
    expect(pause.end()).toBe(false);
    expect({ left: pause.left(), isProbing: pause.isProbing() }).toEqual({ left: 0, isProbing: false });
    expect(pause.begin(refused, 0)).toBe(5_000);
  });

  it('lasts as long as the provider asks for, if that is longer', async () => {
    const runtime = fakeRuntime();
    const pause = createPause(runtime);
    expect(pause.begin(refused, 3_600_000)).toBe(3_600_000);
    await runtime.advance(3_599_999);
    expect(pause.left()).toBe(1);
    expect(pause.begin(refused, 1)).toBe(10_000);
  });
});
