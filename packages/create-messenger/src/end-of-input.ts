import { stdin } from 'node:process';

/** Asks until the input ends, as by Ctrl-D: the question alone would not notice, and its promise would stay open while the process leaves. */
export async function untilEndOfInput<Answer>(ask: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
  const end = new AbortController();
  let later: NodeJS.Immediate | undefined;
  const stop = (): void => {
    // Not at once: an answer pauses the input as well, just before it comes.
    later = setImmediate(() => end.abort());
  };
  stdin.on('pause', stop);
  try {
    return await ask(end.signal);
  } finally {
    stdin.off('pause', stop);
    clearImmediate(later);
  }
}
