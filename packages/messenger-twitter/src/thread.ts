import { entitiesOf, lengthOf, longest } from './counting.ts';

/**
 * A text in parts that X takes, of which the first has a mention before it (`@ann `, or nothing). They are cut at the end of a line, or else
 * between words, or else between two characters; never inside of a URL or a mention, nor of what is one character to a reader. The white
 * space at a cut is dropped. Ends
 * after one part more than `most`.
 */
export function split(text: string, mention: string, most: number = Number.POSITIVE_INFINITY): readonly [string, ...string[]] {
  const pieces = piecesOf(text);
  const parts: string[] = [];
  for (let start = 0; start < pieces.length && parts.length <= most; ) {
    if (isSpace(pieces[start])) {
      start += 1;
      continue;
    }
    const before = parts.length === 0 ? mention : '';
    const end = cutAfter(pieces, start, before);
    parts.push(`${before}${pieces.slice(start, end).join('').trimEnd()}`);
    start = end;
  }
  return parts as [string, ...string[]];
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** Longer ones are letters with heaps of marks, which may be cut. */
const longestGrapheme = 100;

/** What must not be cut: URLs, mentions, and single characters. */
function piecesOf(text: string): readonly string[] {
  const pieces: (readonly string[])[] = [];
  let end = 0;
  for (const [from, to] of entitiesOf(text)) {
    pieces.push(charactersOf(text.slice(end, from)), [text.slice(from, to)]);
    end = to;
  }
  return [...pieces, charactersOf(text.slice(end))].flat();
}

const charactersOf = (text: string): readonly string[] =>
  Array.from(graphemes.segment(text), ({ segment }) => (segment.length > longestGrapheme ? [...segment] : [segment])).flat();

const isSpace = (piece: string | undefined): boolean => piece?.trim() === '';

function cutAfter(pieces: readonly string[], start: number, before: string): number {
  const fits = (end: number): boolean => lengthOf(`${before}${pieces.slice(start, end).join('').trimEnd()}`) <= longest;
  // Each counts 1 at least.
  let [end, tooFar] = [start + 1, Math.min(pieces.length, start + longest) + 1];
  while (tooFar - end > 1) {
    const middle = (end + tooFar) >> 1;
    if (fits(middle)) end = middle;
    else tooFar = middle;
  }
  if (end === pieces.length) return end;
  // A cut that leaves less than half a part would make more parts than it is worth.
  const piece = pieces.slice(start, end + 1);
  const line = piece.findLastIndex((character) => character.endsWith('\n'));
  const word = piece.findLastIndex(isSpace);
  return start + ([line, word].find((cut) => cut > piece.length / 2) ?? end - start);
}
