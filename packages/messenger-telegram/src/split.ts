import { PermanentError } from '@sitemessage/core';
import { lengthOf, shownBy, type Token } from './markup.ts';

/** The most that one part can hold. */
export interface PartLimits {
  /** The number of code points that a reader sees. */
  readonly characters: number;
  /** The number of bytes with the markup. */
  readonly bytes: number;
}

/**
 * Twice the number that the longest text without tags needs. With many open tags, each part would hold only a
 * few characters.
 */
const mostParts = 128;

/**
 * Splits a text into parts at the end of a line, else between words, else between grapheme clusters. Tags
 * that are open at a split are closed there and opened again in the next part. A part of white space alone is
 * dropped.
 *
 * @throws PermanentError `telegram_too_long` when the markup leaves no room for the text.
 */
export function split(tokens: readonly Token[], most: PartLimits): readonly string[] {
  const boundaries = createBoundaries(shownBy(tokens));
  const parts: string[] = [];
  let open: readonly Token[] = [];
  let offset = 0;
  for (let start = 0; start < tokens.length; ) {
    const end = endOfPart(tokens, { start, offset }, open, most, boundaries);
    const piece = tokens.slice(start, end);
    const shown = shownBy(piece);
    const reopened = open;
    open = openAfter(reopened, piece);
    if (shown.trim() !== '') parts.push([...reopened, ...piece].map(({ raw }) => raw).join('') + open.toReversed().map(closing).join(''));
    if (parts.length > mostParts) throw tooLong();
    start = end;
    offset += shown.length;
  }
  return parts;
}

/**
 * A place between two tokens: the number of tokens before it, and the number of UTF-16 units that they show.
 */
interface Place {
  readonly start: number;
  readonly offset: number;
}

/** Returns the index of the first token after the part. */
function endOfPart(tokens: readonly Token[], from: Place, open: readonly Token[], most: PartLimits, boundaries: Boundaries): number {
  const { end, offset, line, word } = fill(tokens, from, open, most);
  if (end === from.start) throw tooLong();
  if (end === tokens.length) return end;
  // A split in the first half of a part would make too many parts.
  const best = [line, word].find((point) => point !== undefined && point.length > most.characters / 2 && boundaries.has(point.offset));
  if (best) return best.end;
  const between = boundaries.before(offset);
  // A grapheme cluster that is longer than a part is split too.
  return between > from.offset ? backTo(tokens, end, offset - between) : end;
}

interface SplitPoint {
  readonly end: number;
  readonly offset: number;
  /** The number of code points before it in this part. */
  readonly length: number;
}

interface Filled extends SplitPoint {
  readonly line: SplitPoint | undefined;
  readonly word: SplitPoint | undefined;
}

/** Takes as many tokens as one part holds, together with the tags that are open at its begin and end. */
function fill(tokens: readonly Token[], { start, offset: begin }: Place, open: readonly Token[], most: PartLimits): Filled {
  const tags = [...open];
  let bytes = sum(open.map((tag) => bytesOf(tag.raw) + bytesOf(closing(tag))));
  let [end, offset, length] = [start, begin, 0];
  let line: SplitPoint | undefined;
  let word: SplitPoint | undefined;
  for (; end < tokens.length; end++) {
    const token = tokens[end] as Token;
    const { raw, shown, tag } = token;
    const more = bytesOf(raw) + (tag ? (tag.isEnd ? -bytesOf(closing(tags.at(-1) ?? token)) : bytesOf(closing(token))) : 0);
    const characters = lengthOf(shown);
    if (length + characters > most.characters || bytes + more > most.bytes) break;
    if (tag?.isEnd) tags.pop();
    else if (tag) tags.push(token);
    bytes += more;
    length += characters;
    offset += shown.length;
    if (shown === '\n') line = { end: end + 1, offset, length };
    else if (shown === ' ') word = { end: end + 1, offset, length };
  }
  return { end, offset, length, line, word };
}

/**
 * The boundaries of grapheme clusters, for example of an emoji of several code points or a letter with
 * accents.
 */
interface Boundaries {
  /** Tells whether there is a boundary at this offset. */
  has(offset: number): boolean;
  /** Returns the last boundary at this offset or before it. */
  before(offset: number): number;
}

function createBoundaries(shown: string): Boundaries {
  const clusters = new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(shown);
  const before = (offset: number): number => clusters.containing(offset)?.index ?? shown.length;
  return { before, has: (offset) => before(offset) === offset };
}

/** Returns the index of the token that begins `units` UTF-16 units before the token at `end`. */
function backTo(tokens: readonly Token[], end: number, units: number): number {
  let index = end;
  for (let left = units; left > 0; index -= 1) left -= tokens[index - 1]?.shown.length ?? left;
  return index;
}

function openAfter(open: readonly Token[], piece: readonly Token[]): readonly Token[] {
  const stack = [...open];
  for (const token of piece) {
    if (token.tag?.isEnd) stack.pop();
    else if (token.tag) stack.push(token);
  }
  return stack;
}

const tooLong = (): PermanentError =>
  new PermanentError('The text cannot be split: the open tags leave no room for text in a message. Use fewer nested tags.', {
    code: 'telegram_too_long',
  });

const closing = ({ tag }: Token): string => `</${tag?.name}>`;

const bytesOf = (text: string): number => Buffer.byteLength(text);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
