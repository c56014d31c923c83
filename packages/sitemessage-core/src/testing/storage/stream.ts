import type { QueueStore } from '../../storage/port.ts';
import type { NewDispatch, NewMessage } from '../../storage/records.ts';
import { t0 } from './data.ts';

/** An `enqueue` that is under way, and the iterable that it takes its dispatches from. */
export interface Stream {
  /** What `enqueue` returned. */
  readonly enqueued: Promise<readonly string[]>;
  /** Hands over the next one; resolves when the storage is done with it: it asked for another, or gave up. */
  give(dispatch: NewDispatch): Promise<void>;
  end(): void;
  fail(error: Error): void;
}

export function openStream(queue: QueueStore, messages: readonly NewMessage[], now: number = t0): Stream {
  let asked = Promise.withResolvers<void>();
  let answer = Promise.withResolvers<IteratorResult<NewDispatch>>();
  const iterator: AsyncIterator<NewDispatch> = {
    next() {
      asked.resolve();
      return answer.promise;
    },
  };
  const enqueued = queue.enqueue(messages, { [Symbol.asyncIterator]: () => iterator }, now);
  const over = enqueued.then(
    () => undefined,
    () => undefined,
  );

  return {
    enqueued,
    async give(value) {
      await Promise.race([asked.promise, over]);
      const answered = answer;
      asked = Promise.withResolvers();
      answer = Promise.withResolvers();
      answered.resolve({ done: false, value });
      await Promise.race([asked.promise, over]);
    },
    end: () => answer.resolve({ done: true, value: undefined }),
    fail(error) {
      // Nobody may be waiting for it any more, and then nobody would handle it.
      answer.promise.catch(() => undefined);
      answer.reject(error);
    },
  };
}
