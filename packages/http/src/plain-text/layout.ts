/** The deepest list or quote that is indented further. Otherwise lines would be as long as a list is deep. */
const deepest = 10;
const whitespace = /[ \t\n\f\r]+/;
const pieces = /[ \t\n\f\r]+|[^ \t\n\f\r]+/g;

interface List {
  readonly isOrdered: boolean;
  /** The spaces before its markers. */
  readonly indent: number;
  next: number;
  /** The length of the last marker. */
  width: number;
}

/**
 * Sets words in lines. It writes a break or a gap only before the next word, so that none is doubled, and
 * none stands at the end.
 */
export class Layout {
  readonly #parts: string[] = [];
  readonly #lists: List[] = [];
  #quotes = 0;
  #breaks = 0;
  #gap = '';
  /** The spaces before the next word in preformatted text, also at the start of a line. */
  #spaces = '';
  #marker = '';

  /** Writes a text in which whitespace only separates words. */
  write(text: string): void {
    for (const [piece] of text.matchAll(pieces)) {
      if (whitespace.test(piece)) this.#gap ||= ' ';
      else this.#put(piece);
    }
  }

  /** Writes a text whose lines and spaces stay as they are. */
  writePreformatted(text: string): void {
    for (const [index, line] of text.split(/\r\n?|\n/).entries()) {
      if (index > 0) this.break();
      for (const [piece] of line.matchAll(pieces)) {
        if (whitespace.test(piece)) this.#spaces += piece;
        else this.#put(piece);
      }
    }
  }

  /** Writes a text right behind the last word, before breaks and gaps. */
  append(text: string): void {
    this.#parts.push(text);
  }

  break(): void {
    this.#breaks += 1;
    this.#gap = '';
    this.#spaces = '';
  }

  /**
   * Puts at least `count` line breaks before the next word. The first word of a list item stays behind its
   * marker.
   */
  breakTo(count: number): void {
    if (this.#marker !== '') return;
    this.#breaks = Math.max(this.#breaks, count);
    this.#gap = '';
    this.#spaces = '';
  }

  /** Begins another cell of a row. */
  cell(): void {
    this.#gap = '  ';
  }

  openQuote(): void {
    this.breakTo(2);
    this.#quotes += 1;
  }

  closeQuote(): void {
    this.breakTo(2);
    this.#quotes = Math.max(0, this.#quotes - 1);
  }

  openList(isOrdered: boolean, start: number): void {
    const outer = this.#lists.at(-1);
    this.breakTo(outer ? 1 : 2);
    const indent = outer ? outer.indent + (this.#lists.length < deepest ? outer.width : 0) : 0;
    this.#lists.push({ isOrdered, indent, next: start, width: 3 });
  }

  closeList(): void {
    this.#marker = '';
    this.#lists.pop();
    this.breakTo(this.#lists.length > 0 ? 1 : 2);
  }

  item(): void {
    this.#marker = '';
    this.breakTo(1);
    const list = this.#lists.at(-1);
    this.#marker = list?.isOrdered ? ` ${list.next++}. ` : ' * ';
    if (list) list.width = this.#marker.length;
  }

  toString(): string {
    return this.#parts.join('');
  }

  #put(word: string): void {
    if (this.#breaks > 0 || this.#parts.length === 0) {
      if (this.#parts.length > 0) this.#parts.push('\n'.repeat(this.#breaks));
      this.#parts.push(this.#lineStart());
    } else {
      this.#parts.push(this.#gap);
    }
    this.#parts.push(this.#spaces, word);
    this.#breaks = 0;
    this.#gap = '';
    this.#spaces = '';
    this.#marker = '';
  }

  #lineStart(): string {
    const { indent = 0, width = 0 } = this.#lists.at(-1) ?? {};
    return '> '.repeat(Math.min(this.#quotes, deepest)) + ' '.repeat(indent) + (this.#marker || ' '.repeat(width));
  }
}
