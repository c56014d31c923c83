import { randomFillSync } from 'node:crypto';
import { performance } from 'node:perf_hooks';

/**
 * Where core gets time, ids, chance and waiting from. Everything that core decides is repeatable under the fake one
 * (`fakeRuntime()` from `@sitemessage/core/testing`). Applications leave it alone.
 */
export interface Runtime {
  /** Wall clock, integer milliseconds since 1970. May jump. */
  now(): number;
  /** Integer milliseconds from an arbitrary start. Never jumps: what is left of a lease is measured on it. */
  monotonic(): number;
  /** A new UUID; later ones sort after earlier ones (version 7). */
  id(): string;
  /** A number in [0, 1). */
  random(): number;
  /** Resolves after `ms` (at most 24 days), or at once when the signal is aborted. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `ring` after `ms` (at most 24 days), unless what it returns is called before. For what mostly does not happen: it costs less than `sleep`. */
  timer(ms: number, ring: () => void): () => void;
  /** Resolves when the event loop has been round once: timers and sockets of the application got their turn. */
  turn(): Promise<void>;
}

export const systemRuntime: Runtime = {
  now: () => Date.now(),
  monotonic: () => Math.trunc(performance.now()),
  id: () => uuidv7(Date.now()),
  random: () => Math.random(),
  sleep: (ms, signal) => sleep(ms, signal),
  timer,
  turn: () => new Promise((resolve) => setImmediate(resolve)),
};

/** What a timer can count; a longer one would go off at once. */
const longestTimerMs = 2 ** 31 - 1;

/** Not the promisified `setTimeout`: that one rejects when aborted, and making the error costs more than a whole short send. */
function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const wake = (): void => {
      stop();
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const stop = timer(ms, wake);
    signal?.addEventListener('abort', wake);
  });
}

function timer(ms: number, ring: () => void): () => void {
  const timeout = setTimeout(ring, Math.min(ms, longestTimerMs));
  return () => clearTimeout(timeout);
}

/** RFC 9562, 5.7: 48 bits of milliseconds, then chance. */
function uuidv7(now: number): string {
  const bytes = randomFillSync(Buffer.allocUnsafe(16));
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = 0x70 | ((bytes[6] as number) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
