import type { ClaimRequest } from '../storage/port.ts';
import { createHeap, type Heap } from './heap.ts';
import type { Row, State } from './row.ts';

/**
 * Finds claimable rows without reading any others. Each messenger, type and priority has a heap, ordered by
 * `dueAt` and id. A database does the same with an index on (messenger, type, priority desc, dueAt, id) over
 * the rows that are not final.
 */
export interface DueIndex {
  /** Adds the row under its present state. A final row is not added. */
  add(row: Row): void;
  /** Removes and returns the rows that are due, in the order of claims. */
  take(request: Pick<ClaimRequest, 'messenger' | 'types' | 'priority' | 'now' | 'limit'>): Row[];
}

/**
 * A row in a heap. It stays there when the state of the row changes, and is dropped when it reaches the top.
 */
interface Entry {
  readonly id: string;
  readonly dueAt: number;
  readonly state: State;
}

type DueHeap = Heap<Entry>;

const goesBefore = (a: Entry, b: Entry): boolean => a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.id < b.id);

export function createDueIndex(rowOf: (id: string) => Row | undefined): DueIndex {
  const heaps = new Map<string, Map<string, Map<number, DueHeap>>>();

  /** Returns the first entry of the heap that is not outdated. */
  const top = (heap: DueHeap): Entry | undefined => {
    for (let entry = heap.peek(); entry; entry = heap.peek()) {
      if (rowOf(entry.id)?.state === entry.state) return entry;
      heap.pop();
    }
    return undefined;
  };

  const nextDue = (among: readonly DueHeap[], now: number): DueHeap | undefined => {
    let next: { readonly heap: DueHeap; readonly entry: Entry } | undefined;
    for (const heap of among) {
      const entry = top(heap);
      if (entry && entry.dueAt <= now && (!next || goesBefore(entry, next.entry))) next = { heap, entry };
    }
    return next?.heap;
  };

  /** Returns the heaps of these types by priority, highest first. */
  const byPriority = (messenger: string, types: readonly string[]): [number, DueHeap[]][] => {
    const found = new Map<number, DueHeap[]>();
    for (const type of types) {
      for (const [priority, heap] of heaps.get(messenger)?.get(type) ?? []) {
        getOrCreate(found, priority, (): DueHeap[] => []).push(heap);
      }
    }
    return [...found].sort(([a], [b]) => b - a);
  };

  return {
    add({ dispatch: { id, messenger, type, priority }, state }) {
      if (state.dueAt === undefined) return;
      const ofMessenger = getOrCreate(heaps, messenger, () => new Map<string, Map<number, DueHeap>>());
      const ofType = getOrCreate(ofMessenger, type, () => new Map<number, DueHeap>());
      getOrCreate(ofType, priority, () => createHeap(goesBefore)).push({ id, dueAt: state.dueAt, state });
    },
    take({ messenger, types, priority, now, limit }) {
      const taken: Row[] = [];
      for (const [level, among] of byPriority(messenger, types)) {
        if (priority !== undefined && priority !== level) continue;
        while (taken.length < limit) {
          const entry = nextDue(among, now)?.pop();
          const row = entry && rowOf(entry.id);
          if (!row) break;
          taken.push(row);
        }
      }
      return taken;
    },
  };
}

function getOrCreate<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const present = map.get(key);
  if (present !== undefined) return present;
  const created = create();
  map.set(key, created);
  return created;
}
