import type { QueueStore, Storage } from '../../storage/port.ts';
import type { NewDispatch, NewMessage } from '../../storage/records.ts';
import type { ContractTest } from '../contract.ts';
import { t0 } from './data.ts';

export type StorageTest = ContractTest<StorageFixture>;

/** An empty storage for one test, with helpers. */
export interface StorageFixture {
  readonly storage: Storage;
  readonly queue: QueueStore;
  /** Creates one more empty storage, not migrated. It is closed after the test. */
  another(): Promise<Storage>;
  /** Starts an `enqueue` from an iterable that the test controls. It fails after the test if still open. */
  stream(messages: readonly NewMessage[], now?: number): Stream;
}

/** Runs one test with a new storage, and closes all that it opened. */
export async function runStorageTest(create: () => Promise<Storage>, test: StorageTest): Promise<void> {
  const storage = await create();
  const opened = [storage];
  const streams: Stream[] = [];
  try {
    await storage.migrate();
    await test.check({
      storage,
      queue: storage.queue,
      async another() {
        const other = await create();
        opened.push(other);
        return other;
      },
      stream(messages, now) {
        const stream = openStream(storage.queue, messages, now);
        streams.push(stream);
        return stream;
      },
    });
  } finally {
    for (const stream of streams) stream.fail(new Error('The test is over.'));
    await Promise.allSettled(streams.map((stream) => stream.enqueued));
    for (const each of opened) await each.close();
  }
}

/** A pending `enqueue`, and control of the iterable that it reads. */
interface Stream {
  /** The result of `enqueue`. */
  readonly enqueued: Promise<readonly string[]>;
  /** Yields a dispatch. Resolves when the storage has asked for the next one, or has settled. */
  give(dispatch: NewDispatch): Promise<void>;
  end(): void;
  fail(error: Error): void;
}

function openStream(queue: QueueStore, messages: readonly NewMessage[], now: number = t0): Stream {
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
      // The storage may not be reading any more. Without this, the rejection would be unhandled.
      answer.promise.catch(() => undefined);
      answer.reject(error);
    },
  };
}
