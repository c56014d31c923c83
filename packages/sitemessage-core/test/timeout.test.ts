import { describe, expect, it, vi } from 'vitest';
import { fakeRuntime } from '../src/testing/index.ts';
import { withTimeout } from '../src/timeout.ts';

/** Runs work within 1,000 ms. */
function setUp(work: (signal: AbortSignal) => Promise<string>, isStopped = false) {
  const runtime = fakeRuntime();
  const stop = new AbortController();
  if (isStopped) stop.abort();
  const late: string[] = [];
  const outcome = withTimeout(1_000, stop.signal, runtime, work, (value) => late.push(value));
  outcome.catch(() => undefined);
  return { runtime, stop, late, outcome: () => runtime.run(outcome) };
}

/** Work that ends when it is told to. */
function pending() {
  const work = Promise.withResolvers<string>();
  let signal: AbortSignal | undefined;
  return {
    ...work,
    start: (given: AbortSignal) => {
      signal = given;
      return work.promise;
    },
    isTold: () => signal?.aborted,
  };
}

describe('work within a time', () => {
  it('gives what it gives, and leaves nobody sleeping', async () => {
    const { runtime, outcome, late } = setUp(async () => 'done');
    expect(await outcome()).toEqual({ done: true, value: 'done' });
    expect(runtime.pendingTimers()).toBe(0);
    expect(late).toEqual([]);
  });

  it('throws what it throws, and leaves nobody sleeping', async () => {
    const { runtime, outcome } = setUp(() => Promise.reject(new Error('refused')));
    await expect(outcome()).rejects.toThrow('refused');
    expect(runtime.pendingTimers()).toBe(0);
  });

  it('is told to stop when the time is over, and not before', async () => {
    const work = pending();
    const { runtime, outcome } = setUp(work.start);
    await runtime.advance(999);
    expect(work.isTold()).toBe(false);
    await runtime.advance(1);
    expect(work.isTold()).toBe(true);
    expect(await outcome()).toEqual({ done: false });
    expect(runtime.monotonic()).toBe(2_000);
  });

  it('has a second to say how far it got: its word counts', async () => {
    const [sent, broken] = [pending(), pending()];
    const [first, second] = [setUp(sent.start), setUp(broken.start)];
    for (const { runtime } of [first, second]) await runtime.advance(1_999);
    sent.resolve('sent after all');
    broken.reject(new Error('nothing was sent'));
    expect(await first.outcome()).toEqual({ done: true, value: 'sent after all' });
    await expect(second.outcome()).rejects.toThrow('nothing was sent');
    expect(first.runtime.pendingTimers()).toBe(0);
  });

  it('is told to stop when everything stops', async () => {
    const work = pending();
    const { runtime, stop, outcome } = setUp(work.start);
    await runtime.advance(100);
    stop.abort();
    expect(work.isTold()).toBe(true);
    expect(await outcome()).toEqual({ done: false });
    expect(runtime.monotonic()).toBe(1_100);
  });

  it('leaves no listener behind on what lasts longer than it', async () => {
    const stop = new AbortController();
    const [add, remove] = [vi.spyOn(stop.signal, 'addEventListener'), vi.spyOn(stop.signal, 'removeEventListener')];
    await withTimeout(1_000, stop.signal, fakeRuntime(), async () => 'done');
    expect(add).toHaveBeenCalled();
    expect(remove.mock.calls).toEqual(add.mock.calls);
  });

  it('is told so from the start when everything has stopped', async () => {
    const work = pending();
    const { runtime, outcome } = setUp(work.start, true);
    expect(work.isTold()).toBe(true);
    expect(await outcome()).toEqual({ done: false });
    expect(runtime.monotonic()).toBe(1_000);
  });

  it('hands over what comes too late', async () => {
    const work = pending();
    const { outcome, late } = setUp(work.start);
    await outcome();
    work.resolve('a session');
    await work.promise;
    await Promise.resolve();
    expect(late).toEqual(['a session']);
  });

  it('may fail too late: nobody hears of it', async () => {
    const work = pending();
    const { outcome, late } = setUp(work.start);
    await outcome();
    work.reject(new Error('too late'));
    await expect(work.promise).rejects.toThrow('too late');
    expect(late).toEqual([]);
  });
});
