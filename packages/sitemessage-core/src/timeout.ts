import type { Runtime } from './runtime.ts';

export type TimedResult<T> = { readonly done: true; readonly value: T } | { readonly done: false };

/** How long the work may take to say how far it got, once it was told to stop. */
const graceMs = 1_000;

/**
 * Runs work that is told to stop after `ms`, or when `stop` is aborted, and is left behind if it does not. What it throws is
 * passed on, also while it stops: it knows best how far it got. What comes out of it too late goes to `late`.
 */
export async function withTimeout<T>(
  ms: number,
  stop: AbortSignal,
  runtime: Runtime,
  work: (signal: AbortSignal) => PromiseLike<T> | T,
  late?: (value: T) => void,
): Promise<TimedResult<T>> {
  const cut = new AbortController();
  const left = Promise.withResolvers<TimedResult<T>>();
  let isLeft = false;

  const leave = (): void => {
    isLeft = true;
    left.resolve({ done: false });
  };
  const end = (): void => {
    if (cut.signal.aborted) return;
    cut.abort();
    clear();
    clear = runtime.timer(graceMs, leave);
  };
  let clear = runtime.timer(ms, end);
  if (stop.aborted) end();
  else stop.addEventListener('abort', end);

  const run = async (): Promise<TimedResult<T>> => {
    const value = await work(cut.signal);
    if (isLeft) late?.(value);
    return { done: true, value };
  };
  try {
    return await Promise.race([run(), left.promise]);
  } finally {
    stop.removeEventListener('abort', end);
    clear();
  }
}
