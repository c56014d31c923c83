import type { Recipient } from '../recipient.ts';
import { placeOf, places } from '../recipients/ids.ts';

/** The recipients that one fan-out row stores. */
export interface Page {
  readonly recipients: readonly Recipient[];
  /** The place of the first recipient among the dispatch ids of a message. See `placeOf`. */
  readonly place: number;
}

/**
 * The recipients of one page. SQLite stores 500 dispatches in about 5 ms, and blocks the process meanwhile.
 */
const pageSize = 500;
/** The recipients that are sorted at a time: about 5 MB. */
const runSize = 64 * pageSize;

/**
 * Splits recipients into pages, in the order of their dispatch ids. Sorts {@link runSize} of them at a
 * time, so that memory stays constant. Pages of the same place are expanded together, and their rows are
 * neighbours in the table. In the order of the list, each of 500 rows went to another page of the table.
 * 100,000 rows then took SQLite four times as long.
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

/** Splits recipients that are all in memory into pages, in the order of their dispatch ids. */
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
