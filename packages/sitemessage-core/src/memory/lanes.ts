import type { ClaimRequest } from '../storage/port.ts';
import { createHeap, type Heap } from './heap.ts';
import type { Row, State } from './table.ts';

/**
 * Finds what may be claimed without looking at anything that may not: one heap for each messenger, type and priority, with what is
 * due longest on top. A row of another type, or one that is not due, is never read. A database does the same with an index on
 * (messenger, type, priority desc, dueAt, id) over what is not final.
 */
export interface Lanes {
  /** Puts the row where its present state belongs: nowhere when it is final. */
  add(row: Row): void;
  /** Takes out what may be claimed now, in the order of claims. */
  take(request: Pick<ClaimRequest, 'messenger' | 'types' | 'priority' | 'now' | 'limit'>): Row[];
}

/** A row's place in a lane. It stays behind when the row moves on, and is passed over once it has come to the top. */
interface Place {
  readonly id: string;
  readonly dueAt: number;
  readonly state: State;
}

type Lane = Heap<Place>;

const goesBefore = (a: Place, b: Place): boolean => a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.id < b.id);

export function createLanes(rowOf: (id: string) => Row | undefined): Lanes {
  const lanes = new Map<string, Map<string, Map<number, Lane>>>();

  /** What is on top of the lane, without what has moved on. */
  const top = (lane: Lane): Place | undefined => {
    for (let place = lane.peek(); place; place = lane.peek()) {
      if (rowOf(place.id)?.state === place.state) return place;
      lane.pop();
    }
    return undefined;
  };

  const nextDue = (among: readonly Lane[], now: number): Lane | undefined => {
    let next: { readonly lane: Lane; readonly place: Place } | undefined;
    for (const lane of among) {
      const place = top(lane);
      if (place && place.dueAt <= now && (!next || goesBefore(place, next.place))) next = { lane, place };
    }
    return next?.lane;
  };

  /** The lanes of these types by priority, highest first. */
  const byPriority = (messenger: string, types: readonly string[]): [number, Lane[]][] => {
    const found = new Map<number, Lane[]>();
    for (const type of types) {
      for (const [priority, lane] of lanes.get(messenger)?.get(type) ?? []) {
        obtain(found, priority, (): Lane[] => []).push(lane);
      }
    }
    return [...found].sort(([a], [b]) => b - a);
  };

  return {
    add({ dispatch: { id, messenger, type, priority }, state }) {
      if (state.dueAt === undefined) return;
      const ofMessenger = obtain(lanes, messenger, () => new Map<string, Map<number, Lane>>());
      const ofType = obtain(ofMessenger, type, () => new Map<number, Lane>());
      obtain(ofType, priority, () => createHeap(goesBefore)).push({ id, dueAt: state.dueAt, state });
    },
    take({ messenger, types, priority, now, limit }) {
      const taken: Row[] = [];
      for (const [level, among] of byPriority(messenger, types)) {
        if (priority !== undefined && priority !== level) continue;
        while (taken.length < limit) {
          const place = nextDue(among, now)?.pop();
          const row = place && rowOf(place.id);
          if (!row) break;
          taken.push(row);
        }
      }
      return taken;
    },
  };
}

function obtain<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const present = map.get(key);
  if (present !== undefined) return present;
  const created = create();
  map.set(key, created);
  return created;
}
