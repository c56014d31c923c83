import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemRuntime } from '../src/runtime.ts';

describe('time', () => {
  it('is whole milliseconds', () => {
    expect(systemRuntime.now()).toBeGreaterThan(Date.UTC(2024));
    expect(Number.isInteger(systemRuntime.now())).toBe(true);
    expect(Number.isInteger(systemRuntime.monotonic())).toBe(true);
  });

  it('does not follow the wall clock where it must not jump', () => {
    const before = systemRuntime.monotonic();
    vi.useFakeTimers({ now: 0, toFake: ['Date'] });
    try {
      expect(systemRuntime.now()).toBe(0);
      expect(systemRuntime.monotonic()).toBeGreaterThanOrEqual(before);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('an id', () => {
  afterEach(() => void vi.useRealTimers());

  it('is a UUID of version 7 that begins with its time', () => {
    vi.useFakeTimers({ now: 0x0123_4567_89ab, toFake: ['Date'] });
    expect(systemRuntime.id()).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('is another one every time, also within a millisecond', () => {
    vi.useFakeTimers({ now: 0, toFake: ['Date'] });
    expect(new Set(Array.from({ length: 1_000 }, () => systemRuntime.id())).size).toBe(1_000);
  });
});

it('a turn lets through what the event loop has to do', async () => {
  const order: string[] = [];
  setImmediate(() => order.push('something else'));
  await systemRuntime.turn();
  order.push('we');
  expect(order).toEqual(['something else', 'we']);
});

it('chance is at least 0 and less than 1', () => {
  const numbers = Array.from({ length: 100 }, () => systemRuntime.random());
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  expect(new Set(numbers).size).toBeGreaterThan(90);
});

describe('sleeping', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const sleep = (ms: number, signal?: AbortSignal) => {
    const sleeper = { isAwake: false };
    void systemRuntime.sleep(ms, signal).then(() => {
      sleeper.isAwake = true;
    });
    return sleeper;
  };

  it('lasts as long as it was told', async () => {
    const sleeper = sleep(100);
    await vi.advanceTimersByTimeAsync(99);
    expect(sleeper.isAwake).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(sleeper.isAwake).toBe(true);
  });

  it('ends when its signal is aborted, and leaves no timer and no listener', async () => {
    const stop = new AbortController();
    const [add, remove] = [vi.spyOn(stop.signal, 'addEventListener'), vi.spyOn(stop.signal, 'removeEventListener')];
    const sleeper = sleep(100, stop.signal);
    stop.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(sleeper.isAwake).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    expect(remove.mock.calls).toEqual(add.mock.calls);
  });

  it('leaves no listener when it ends by itself', async () => {
    const stop = new AbortController();
    const [add, remove] = [vi.spyOn(stop.signal, 'addEventListener'), vi.spyOn(stop.signal, 'removeEventListener')];
    sleep(100, stop.signal);
    await vi.advanceTimersByTimeAsync(100);
    expect(remove.mock.calls).toEqual(add.mock.calls);
  });

  it('does not begin when its signal is aborted already', async () => {
    const sleeper = sleep(100, AbortSignal.abort());
    await vi.advanceTimersByTimeAsync(0);
    expect(sleeper.isAwake).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([2 ** 31, Number.POSITIVE_INFINITY])('for %d ms is no shorter than what a timer can count', async (ms) => {
    const stop = new AbortController();
    const sleeper = sleep(ms, stop.signal);
    await vi.advanceTimersByTimeAsync(24 * 60 * 60_000);
    expect(sleeper.isAwake).toBe(false);
    stop.abort();
  });
});

describe('a timer', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('rings after its time, once', () => {
    const ring = vi.fn();
    systemRuntime.timer(100, ring);
    vi.advanceTimersByTime(99);
    expect(ring).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_000);
    expect(ring).toHaveBeenCalledOnce();
  });

  it('does not ring once it is cleared, and is no longer waited for', () => {
    const ring = vi.fn();
    systemRuntime.timer(100, ring)();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(1_000);
    expect(ring).not.toHaveBeenCalled();
  });
});
