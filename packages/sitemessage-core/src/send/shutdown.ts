import { TransientError } from '../errors.ts';
import { storedError } from '../storage/stored-error.ts';
import type { SendSite } from './context.ts';

/** The signals that end work in two steps. */
export interface ShutdownSignals {
  /** Aborted to finish the sends in flight and give back the rest. */
  readonly stop: AbortSignal;
  /** Aborted to cut off the sends in flight as well. */
  readonly kill: AbortSignal;
}

/** The time that sends in flight get when everything stops, in milliseconds. */
export const defaultStopTimeoutMs = 30_000;
/**
 * Enough for sends that were cut off to say how far they got, to store their results, and to close the
 * sessions.
 */
const lastMs = 10_000;

/**
 * Waits for work that was told to stop, and kills it after `ms`. 10 s later it leaves the work behind and
 * reports that: a process that has to end must not wait for ever for a storage that does not answer.
 */
export async function shutDown(ms: number, work: Promise<unknown>, kill: AbortController, { runtime, events }: SendSite): Promise<void> {
  const left = Promise.withResolvers<void>();
  const leave = (): void => {
    const error = new TransientError('The storage does not answer. Work that waits for it is left behind.', { code: 'storage_silent' });
    events.emit({ type: 'storage_failed', error: storedError(error) });
    left.resolve();
  };
  let clear = runtime.timer(ms, () => {
    kill.abort();
    clear = runtime.timer(lastMs, leave);
  });
  try {
    await Promise.race([work, left.promise]);
  } finally {
    clear();
  }
}

const stopSignals = ['SIGTERM', 'SIGINT'] as const;

/**
 * Calls `stop` on the first of these signals. A second Ctrl-C ends the process. Returns a function that
 * stops listening.
 */
export function onStopSignal(stop: () => void): () => void {
  const ignore = (): void => {
    for (const signal of stopSignals) process.off(signal, onSignal);
  };
  const onSignal = (): void => {
    ignore();
    stop();
  };
  for (const signal of stopSignals) process.on(signal, onSignal);
  return ignore;
}
