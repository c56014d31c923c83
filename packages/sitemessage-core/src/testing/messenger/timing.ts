import assert from 'node:assert/strict';
import { systemRuntime } from '../../runtime.ts';

/**
 * The longest that a call may take, in milliseconds. It is under 5 s, where most runners end a test without
 * naming the call.
 */
const callTimeoutMs = 4_000;
/** The longest that an aborted call may take, in milliseconds. Core waits no longer for one. */
export const abortTimeoutMs = 1_000;

/**
 * Awaits the promise for up to `ms` milliseconds.
 *
 * @throws AssertionError that names `what`, after that time.
 */
export async function withTimeout<Value>(what: string, promise: Promise<Value>, ms: number = callTimeoutMs): Promise<Value> {
  const settled = new AbortController();
  const late = Symbol('late');
  try {
    const first = await Promise.race([promise, systemRuntime.sleep(ms, settled.signal).then((): typeof late => late)]);
    if (first === late) assert.fail(`${what} did not settle within ${ms} ms`);
    return first;
  } finally {
    settled.abort();
  }
}

/** Waits until `isSo` returns true. Returns false when it does not within `ms` milliseconds. */
export async function eventually(isSo: () => boolean, ms: number = 2_000): Promise<boolean> {
  const end = systemRuntime.monotonic() + ms;
  while (!isSo()) {
    if (systemRuntime.monotonic() > end) return false;
    await turns(1);
  }
  return true;
}

/** Waits for `count` turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
