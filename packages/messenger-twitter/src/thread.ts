import { entitiesOf, lengthOf, longest } from './counting.ts';

/**
 * Splits a text into posts. The first one begins with `mention` (`@ann `, or an empty text). Splits at the
 * end of a line, else between words, else between characters; never inside a URL, a mention or a grapheme.
 * White space at a split is dropped. Stops after `most` + 1 parts.
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
    const end = endOfPart(pieces, start, before);
    parts.push(`${before}${pieces.slice(start, end).join('').trimEnd()}`);
    start = end;
  }
  return parts as [string, ...string[]];
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/**
 * The longest grapheme that stays whole, in UTF-16 units. A longer one is a letter with many combining marks.
 */
const longestGrapheme = 100;

/** Returns the pieces that stay whole: URLs, mentions and graphemes. */
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

/** Returns the index of the piece that begins the next part. */
function endOfPart(pieces: readonly string[], start: number, before: string): number {
  const fits = (end: number): boolean => lengthOf(`${before}${pieces.slice(start, end).join('').trimEnd()}`) <= longest;
  // Every piece counts at least 1.
  let [end, tooFar] = [start + 1, Math.min(pieces.length, start + longest) + 1];
  while (tooFar - end > 1) {
    const middle = (end + tooFar) >> 1;
    if (fits(middle)) end = middle;
    else tooFar = middle;
  }
  if (end === pieces.length) return end;
  // A split in the first half of a part would make too many parts.
  const piece = pieces.slice(start, end + 1);
  const line = piece.findLastIndex((character) => character.endsWith('\n'));
  const word = piece.findLastIndex(isSpace);
  return start + ([line, word].find((place) => place > piece.length / 2) ?? end - start);
}
