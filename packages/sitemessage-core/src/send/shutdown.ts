import { TransientError } from '../errors.ts';
import { storedError } from '../storage/stored-error.ts';
import type { SendContext } from './context.ts';

/** How work that goes on is ended. */
export interface Ending {
  /** Aborted to finish what is in flight and give back the rest. */
  readonly stop: AbortSignal;
  /** Aborted to cut off what is in flight as well. */
  readonly kill: AbortSignal;
}

/** Of what is in flight, when everything stops. */
export const defaultStopTimeoutMs = 30_000;
/** Enough for what was cut off to say how far it got, for its results to be stored, and for sessions to be closed. */
const lastMs = 10_000;

/**
 * Waits for work that was told to stop, and kills it after `ms`. What then waits for a storage that does not answer is left behind after
 * 10 s more, and reported: a process that has to end must not wait for ever.
 */
export async function shutDown(ms: number, work: Promise<unknown>, kill: AbortController, { runtime, events }: SendContext): Promise<void> {
  const left = Promise.withResolvers<void>();
  const leave = (): void => {
    const error = new TransientError('The storage does not answer; what waits for it is left behind.', { code: 'storage_silent' });
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
