import { lengthOf, shownBy, type Token } from './html.ts';

/**
 * A text in parts that show at most `most` characters each, cut at the end of a line, or else between words, or else anywhere between two
 * tokens. Tags that are open at a cut are closed there, and opened again in the next part. What shows nothing but white space is no part.
 */
export function split(tokens: readonly Token[], most: number): readonly string[] {
  const parts: string[] = [];
  let open: readonly Token[] = [];
  for (let start = 0; start < tokens.length; ) {
    const end = cutAfter(tokens, start, most);
    const piece = tokens.slice(start, end);
    const reopened = open;
    open = openAfter(reopened, piece);
    if (shownBy(piece).trim() !== '') parts.push([...reopened, ...piece].map(({ raw }) => raw).join('') + closing(open));
    start = end;
  }
  return parts;
}

function cutAfter(tokens: readonly Token[], start: number, most: number): number {
  let length = 0;
  let end = start;
  let line = { end, length };
  let word = { end, length };
  for (; end < tokens.length; end++) {
    const { shown } = tokens[end] as Token;
    const more = lengthOf(shown);
    if (length + more > most) break;
    length += more;
    if (shown === '\n') line = { end: end + 1, length };
    else if (shown === ' ') word = { end: end + 1, length };
  }
  if (end === tokens.length) return end;
  // A cut that leaves less than half a part would make more parts than it is worth.
  return [line, word].find((cut) => cut.length > most / 2)?.end ?? end;
}

function openAfter(open: readonly Token[], piece: readonly Token[]): readonly Token[] {
  const stack = [...open];
  for (const token of piece) {
    if (token.tag?.isEnd) stack.pop();
    else if (token.tag) stack.push(token);
  }
  return stack;
}

const closing = (open: readonly Token[]): string =>
  open
    .toReversed()
    .map(({ tag }) => `</${tag?.name}>`)
    .join('');
