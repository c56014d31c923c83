import type { Runtime } from '../runtime.ts';

/**
 * A runtime for tests. Its time moves only when told. Its ids and random numbers are the same in every run.
 */
export interface FakeRuntime extends Runtime {
  /** Moves time forward by `ms`. Runs all due timers in order, each at its time. */
  advance(ms: number): Promise<void>;
  /**
   * Moves time from timer to timer until the work settles, and returns its result. `mostMs` is in
   * milliseconds of fake time. Default: a week.
   *
   * @throws Error when no timer is left, or after `mostMs`, and the work has not settled.
   */
  run<T>(work: Promise<T>, mostMs?: number): Promise<T>;
  /** Sets the wall clock, and leaves the monotonic clock alone. */
  setNow(now: number): void;
  /** Returns the number of pending timers. */
  pendingTimers(): number;
}

interface Timer {
  readonly at: number;
  readonly wake: () => void;
}

const weekMs = 7 * 24 * 60 * 60_000;

/**
 * Creates a runtime whose time stands still. `now` is its start, in milliseconds since 1970. Default:
 * 2026-01-01T00:00:00Z. The monotonic clock starts at 0. `seed` sets the random numbers. Default: 1.
 */
export function fakeRuntime({ now = 1_767_225_600_000, seed = 1 }: { readonly now?: number; readonly seed?: number } = {}): FakeRuntime {
  let elapsed = 0;
  let start = now;
  let state = seed;
  let ids = 0;
  let turning = 0;
  const timers = new Set<Timer>();

  const next = (): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers) if (!first || timer.at < first.at) first = timer;
    return first;
  };

  const fire = async (timer: Timer): Promise<void> => {
    elapsed = Math.max(elapsed, timer.at);
    timers.delete(timer);
    timer.wake();
    await settled();
  };

  /**
   * Waits until all work that needs no passing time is done. Each turn of the event loop runs all queued
   * microtasks.
   */
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 3; turn = turning > 0 ? 0 : turn + 1) await nextTurn();
  };

  const startTimer = (ms: number, ring: () => void): (() => void) => {
    const timer: Timer = { at: elapsed + Math.max(0, ms), wake: ring };
    timers.add(timer);
    return () => void timers.delete(timer);
  };

  return {
    now: () => start + elapsed,
    monotonic: () => elapsed,
    id: () => {
      ids += 1;
      const time = (start + elapsed).toString(16).padStart(12, '0');
      return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${ids.toString(16).padStart(12, '0')}`;
    },
    random() {
      // mulberry32
      state = (state + 0x6d2b79f5) | 0;
      let bits = Math.imul(state ^ (state >>> 15), 1 | state);
      bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
      return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = (): void => {
          stop();
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const stop = startTimer(ms, wake);
        signal?.addEventListener('abort', wake);
      }),
    timer: startTimer,
    async turn() {
      turning += 1;
      await nextTurn();
      turning -= 1;
    },
    async advance(ms) {
      const end = elapsed + ms;
      await settled();
      for (let timer = next(); timer && timer.at <= end; timer = next()) await fire(timer);
      elapsed = end;
      await settled();
    },
    async run(work, mostMs = weekMs) {
      const end = elapsed + mostMs;
      let isDone = false;
      const done = (): void => {
        isDone = true;
      };
      work.then(done, done);
      await settled();
      while (!isDone) {
        const timer = next();
        if (!timer) throw new Error('The work is not done, and no timer is pending. Something that it awaits never settles.');
        if (timer.at > end) throw new Error(`The work was not done after ${mostMs} ms of fake time.`);
        await fire(timer);
      }
      return work;
    },
    setNow(value) {
      start = value - elapsed;
    },
    pendingTimers: () => timers.size,
  };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
