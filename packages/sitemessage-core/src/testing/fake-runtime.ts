import type { Runtime } from '../runtime.ts';

/** A runtime whose time stands still until it is told to go on, and whose ids and chance are the same in every run. */
export interface FakeRuntime extends Runtime {
  /** Lets time pass: everything that falls due on the way happens in order, with the clock at its time. */
  advance(ms: number): Promise<void>;
  /**
   * Lets time pass from one sleeper to the next until the work is done; returns what it returned. Fails when nobody sleeps any more
   * and the work is still not done, or after so many milliseconds of fake time (default: a week).
   */
  run<T>(work: Promise<T>, mostMs?: number): Promise<T>;
  /** Moves the wall clock alone, as an administrator would. */
  setNow(now: number): void;
  /** How many are sleeping. */
  sleepers(): number;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

const weekMs = 7 * 24 * 60 * 60_000;

/** Time starts at `now` (default: 2026-01-01T00:00:00Z) and at 0 on the monotonic clock; chance follows from `seed` (default: 1). */
export function fakeRuntime({ now = 1_767_225_600_000, seed = 1 }: { readonly now?: number; readonly seed?: number } = {}): FakeRuntime {
  let elapsed = 0;
  let start = now;
  let state = seed;
  let ids = 0;
  let turning = 0;
  const sleepers = new Set<Sleeper>();

  const next = (): Sleeper | undefined => {
    let first: Sleeper | undefined;
    for (const sleeper of sleepers) if (!first || sleeper.at < first.at) first = sleeper;
    return first;
  };

  const passTo = async (sleeper: Sleeper): Promise<void> => {
    elapsed = Math.max(elapsed, sleeper.at);
    sleepers.delete(sleeper);
    sleeper.wake();
    await settled();
  };

  /** Until everything that can go on without time passing has gone on. A turn of the event loop runs all microtasks that are queued by then. */
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 3; turn = turning > 0 ? 0 : turn + 1) await nextTurn();
  };

  const timer = (ms: number, ring: () => void): (() => void) => {
    const sleeper: Sleeper = { at: elapsed + Math.max(0, ms), wake: ring };
    sleepers.add(sleeper);
    return () => void sleepers.delete(sleeper);
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
        const stop = timer(ms, wake);
        signal?.addEventListener('abort', wake);
      }),
    timer,
    async turn() {
      turning += 1;
      await nextTurn();
      turning -= 1;
    },
    async advance(ms) {
      const end = elapsed + ms;
      await settled();
      for (let sleeper = next(); sleeper && sleeper.at <= end; sleeper = next()) await passTo(sleeper);
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
        const sleeper = next();
        if (!sleeper) throw new Error('Nobody sleeps any more, and the work is not done: it waits for something that will not happen.');
        if (sleeper.at > end) throw new Error(`The work was not done after ${mostMs} ms of fake time.`);
        await passTo(sleeper);
      }
      return work;
    },
    setNow(value) {
      start = value - elapsed;
    },
    sleepers: () => sleepers.size,
  };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
