import type { QueueStore, Settlement, Storage } from '../../../src/storage/port.ts';

/** Puts one fault into a working storage. */
export type Mutation = (storage: Storage) => Storage;

export interface Mutant {
  /** The fault, as the end of "catches a storage that …". */
  readonly fault: string;
  /** The names of the contract tests that must catch it. Each must do so by itself; others may. */
  readonly caughtBy: readonly string[];
  readonly mutate: Mutation;
}

/** Replaces methods of the queue. `good` has the original ones. */
export function queue(replace: (good: QueueStore) => Partial<QueueStore>): Mutation {
  return (storage) => ({ ...storage, queue: { ...storage.queue, ...replace(storage.queue) } });
}

/** Waits for 20 microtasks, so that other calls that began at the same time go on. */
export async function yieldToOthers(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** Returns a copy with every text mapped, except under these keys. */
export function mapTexts<T>(value: T, map: (text: string) => string, except: readonly string[] = []): T {
  if (typeof value === 'string') return map(value) as T;
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, map, except)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, except.includes(key) ? part : mapTexts(part, map, except)]),
  ) as T;
}

/** Yields the items, as `list` does. */
export async function* listed<T>(items: Promise<readonly T[]> | readonly T[]): AsyncGenerator<T> {
  yield* await items;
}

/** Changes each result that `settle` is given. */
export const changeResults = (change: (settlement: Settlement) => Settlement): Mutation =>
  queue((good) => ({ settle: (token, settlements, now, marks) => good.settle(token, settlements.map(change), now, marks) }));
