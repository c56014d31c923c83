import { PermanentError } from '@sitemessage/core';
import { lengthOf, shownBy, type Token } from './html.ts';

/** The most that one message holds. */
export interface Most {
  /** Code points that a reader sees. */
  readonly characters: number;
  /** Bytes with the markup. */
  readonly bytes: number;
}

/** Twice as many as the longest text needs that is all characters. Many open tags would leave room for a few characters in each part. */
const mostParts = 128;

/**
 * Cuts a text into parts, at the end of a line, or else between words, or else between two characters as a reader sees them (grapheme
 * clusters). Tags that are open at a cut are closed there, and opened again in the next part. White space alone is no part.
 *
 * @throws PermanentError of code `telegram_too_long` when the markup leaves no room for the text.
 */
export function split(tokens: readonly Token[], most: Most): readonly string[] {
  const cuts = createCuts(shownBy(tokens));
  const parts: string[] = [];
  let open: readonly Token[] = [];
  let offset = 0;
  for (let start = 0; start < tokens.length; ) {
    const end = cutAfter(tokens, { start, offset }, open, most, cuts);
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

/** A place between two tokens: how many tokens are before it, and how many UTF-16 units they show. */
interface Place {
  readonly start: number;
  readonly offset: number;
}

/** The index of the token before which the part ends. */
function cutAfter(tokens: readonly Token[], from: Place, open: readonly Token[], most: Most, cuts: Cuts): number {
  const { end, offset, line, word } = fill(tokens, from, open, most);
  if (end === from.start) throw tooLong();
  if (end === tokens.length) return end;
  // A cut that leaves less than half a part would make more parts than it is worth.
  const best = [line, word].find((cut) => cut !== undefined && cut.length > most.characters / 2 && cuts.isBetween(cut.offset));
  if (best) return best.end;
  const between = cuts.before(offset);
  // A cluster that is longer than a part is cut, since it fits nowhere.
  return between > from.offset ? backTo(tokens, end, offset - between) : end;
}

interface Cut {
  readonly end: number;
  readonly offset: number;
  /** Code points before it, in this part. */
  readonly length: number;
}

interface Filled extends Cut {
  readonly line: Cut | undefined;
  readonly word: Cut | undefined;
}

/** Takes as many tokens as one message holds, with the tags that are open before and after them. */
function fill(tokens: readonly Token[], { start, offset: begin }: Place, open: readonly Token[], most: Most): Filled {
  const tags = [...open];
  let bytes = sum(open.map((tag) => bytesOf(tag.raw) + bytesOf(closing(tag))));
  let [end, offset, length] = [start, begin, 0];
  let line: Cut | undefined;
  let word: Cut | undefined;
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

/** Where a text may be cut without taking a grapheme cluster apart: an emoji of several code points, or a letter and its accents. */
interface Cuts {
  isBetween(offset: number): boolean;
  /** The last place at this offset or before it. */
  before(offset: number): number;
}

function createCuts(shown: string): Cuts {
  const clusters = new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(shown);
  const before = (offset: number): number => clusters.containing(offset)?.index ?? shown.length;
  return { before, isBetween: (offset) => before(offset) === offset };
}

/** The index of the token that begins `units` UTF-16 units before the one at `end`. */
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
  new PermanentError('The text cannot be split: the tags that are open at one time leave no room for it in a message.', {
    code: 'telegram_too_long',
  });

const closing = ({ tag }: Token): string => `</${tag?.name}>`;

const bytesOf = (text: string): number => Buffer.byteLength(text);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
