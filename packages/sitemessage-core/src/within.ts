import type { Runtime } from './runtime.ts';

export type Within<T> = { readonly done: true; readonly value: T } | { readonly done: false };

/** Given as the reason because making the default one, a DOMException with its stack, took a fifth of a send that does nothing. */
const isOver = 'over';

/** How long the work may take to say how far it got, once it was told to stop. */
const graceMs = 1_000;

/**
 * Runs work that is told to stop after `ms`, or when `stop` is aborted, and is left behind if it does not. What it throws is
 * passed on, also while it stops: it knows best how far it got. What comes out of it too late goes to `late`.
 */
export async function within<T>(
  ms: number,
  stop: AbortSignal,
  runtime: Runtime,
  work: (signal: AbortSignal) => PromiseLike<T> | T,
  late?: (value: T) => void,
): Promise<Within<T>> {
  const cut = new AbortController();
  const over = new AbortController();
  const left = Promise.withResolvers<Within<T>>();
  let isLeft = false;

  const leave = async (): Promise<void> => {
    cut.abort();
    await runtime.sleep(graceMs, over.signal);
    if (over.signal.aborted) return;
    isLeft = true;
    left.resolve({ done: false });
  };
  const stopped = (): void => void leave();
  if (stop.aborted) stopped();
  else stop.addEventListener('abort', stopped);
  void runtime.sleep(ms, over.signal).then(() => (over.signal.aborted ? undefined : leave()));

  const run = async (): Promise<Within<T>> => {
    const value = await work(cut.signal);
    if (isLeft) late?.(value);
    return { done: true, value };
  };
  try {
    return await Promise.race([run(), left.promise]);
  } finally {
    stop.removeEventListener('abort', stopped);
    over.abort(isOver);
  }
}
