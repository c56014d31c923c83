import type { Marks } from '../storage/port.ts';

/** How far a claim got, by what its process stored. */
type Reach = 'none' | 'near' | 'sending';

/** The ids in flight, in one record for each token. */
export interface MarksByToken {
  /** The claim itself marks its first ids: its process is about to send them. */
  begin(token: string, ids: readonly string[]): void;
  /** Replaces the marks of the token, unless later ones are there. */
  replace(token: string, marks: Marks): void;
  reach(token: string | undefined, id: string): Reach;
  /** Drops the records in which nothing is in flight any longer. */
  prune(isHeld: (token: string, id: string) => boolean): void;
}

export function createMarks(): MarksByToken {
  const kept = new Map<string, { readonly seq: number; readonly ids: ReadonlySet<string> }>();
  return {
    begin(token, ids) {
      if (ids.length > 0) kept.set(token, { seq: 0, ids: new Set(ids) });
    },
    replace(token, { seq, ids }) {
      if ((kept.get(token)?.seq ?? -1) >= seq) return;
      if (ids.length > 0) kept.set(token, { seq, ids: new Set(ids) });
      else kept.delete(token);
    },
    reach(token, id) {
      const marks = token === undefined ? undefined : kept.get(token);
      if (!marks?.ids.has(id)) return 'none';
      return marks.seq > 0 ? 'sending' : 'near';
    },
    prune(isHeld) {
      for (const [token, { ids }] of kept) if (![...ids].some((id) => isHeld(token, id))) kept.delete(token);
    },
  };
}
