import type { QueueStore, Storage } from '../../src/storage/port.ts';

/** A good storage with one fault put in. */
export interface Broken {
  /** What it does: "a storage that ...". */
  readonly fault: string;
  /** Sentences of the contract that do not hold any more. */
  readonly caughtBy: readonly string[];
  spoil(storage: Storage): Storage;
}

/** Replaces some operations of the queue; `good` are those of the storage as it was. */
export function queue(replace: (good: QueueStore) => Partial<QueueStore>): Broken['spoil'] {
  return (storage) => ({ ...storage, queue: { ...storage.queue, ...replace(storage.queue) } });
}

/** Long enough for everything else that was started at the same time to go on. */
export async function aMoment(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** A copy in which every text is another one, except under these keys. */
export function mapTexts<T>(value: T, map: (text: string) => string, except: readonly string[] = []): T {
  if (typeof value === 'string') return map(value) as T;
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, map, except)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, except.includes(key) ? part : mapTexts(part, map, except)]),
  ) as T;
}
