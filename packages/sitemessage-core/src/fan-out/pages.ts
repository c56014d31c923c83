import type { Recipient } from '../recipient.ts';
import { placeOf, places } from '../recipients/ids.ts';

/** Recipients that are stored as one row. */
export interface Page {
  readonly recipients: readonly Recipient[];
  /** Of the first one, among the dispatches of a message. */
  readonly place: number;
}

/** SQLite stores as many dispatches in some 5 ms, and blocks the process meanwhile. */
const pageSize = 500;
/** Recipients that are put in order at a time: some 5 MB. */
const runSize = 64 * pageSize;

/**
 * Puts recipients into the order of their dispatches' ids, as many as fit into memory at a time, and cuts them into pages. Pages of
 * equal place are expanded one after the other, and their rows lie side by side: of 500 in the order of the list, each one was
 * written into another page of the table, and a hundred thousand took SQLite four times as long.
 */
export async function* splitIntoPages(recipients: AsyncIterable<readonly Recipient[]>): AsyncGenerator<Page> {
  let run: Recipient[] = [];
  for await (const some of recipients) {
    run.push(...some);
    if (run.length < runSize) continue;
    yield* pagesOf(run);
    run = [];
  }
  yield* pagesOf(run);
}

export function* pagesOf(recipients: readonly Recipient[]): Generator<Page> {
  const ordered = inOrder(recipients);
  for (let start = 0; start < ordered.length; start += pageSize) {
    const page = ordered.slice(start, start + pageSize);
    const { messenger, address } = page[0] as Recipient;
    yield { recipients: page, place: placeOf(messenger, address) };
  }
}

function inOrder(recipients: readonly Recipient[]): readonly Recipient[] {
  const byPlace: Recipient[][] = Array.from({ length: places }, () => []);
  for (const recipient of recipients) byPlace[placeOf(recipient.messenger, recipient.address)]?.push(recipient);
  return byPlace.flat();
}
