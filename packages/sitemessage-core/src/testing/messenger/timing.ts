import assert from 'node:assert/strict';
import { systemRuntime } from '../../runtime.ts';

/** A send over loopback takes some milliseconds; under 5 s, where most runners give up on a test without saying what it waited for. */
const callTimeoutMs = 4_000;
/** Core leaves behind what does not settle within a second of its abort. */
export const abortTimeoutMs = 1_000;

/** The promise's own outcome, or an assertion error that names what was waited for. Leaves no timer behind. */
export async function withTimeout<Value>(what: string, promise: Promise<Value>, ms: number = callTimeoutMs): Promise<Value> {
  const settled = new AbortController();
  const late = Symbol('late');
  try {
    const first = await Promise.race([promise, systemRuntime.sleep(ms, settled.signal).then((): typeof late => late)]);
    if (first === late) assert.fail(`${what} has not settled within ${ms} ms`);
    return first;
  } finally {
    settled.abort();
  }
}

/** Waits, turn by turn of the event loop, until it is so; false when it is not so within 2 s. */
export async function eventually(isSo: () => boolean, ms: number = 2_000): Promise<boolean> {
  const end = systemRuntime.monotonic() + ms;
  while (!isSo()) {
    if (systemRuntime.monotonic() > end) return false;
    await turns(1);
  }
  return true;
}

/** Lets the event loop turn so many times. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
