import type { QueueStore, Storage } from '../../storage/port.ts';
import type { NewMessage } from '../../storage/records.ts';
import { openStream, type Stream } from './stream.ts';

/** One sentence of the contract and how to find out whether it holds. */
export interface Clause {
  readonly name: string;
  check(trial: Trial): Promise<void>;
}

/** An empty storage for one clause. */
export interface Trial {
  readonly storage: Storage;
  readonly queue: QueueStore;
  /** One more, not yet migrated. Closed with the test. */
  another(): Promise<Storage>;
  /** Starts to enqueue from an iterable that the test has in its hands. Ended with the test if the clause does not do it. */
  stream(messages: readonly NewMessage[], now?: number): Stream;
}

export async function onTrial(create: () => Promise<Storage>, clause: Clause): Promise<void> {
  const storage = await create();
  const opened = [storage];
  const streams: Stream[] = [];
  try {
    await storage.migrate();
    await clause.check({
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
