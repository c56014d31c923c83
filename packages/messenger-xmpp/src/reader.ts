import { EventEmitter } from 'node:events';
import { type Element, xml } from '@xmpp/client';
import { SaxesParser, type SaxesTagPlain } from 'saxes';

/** The bounds of a reader. Levels count elements within elements. The children of the root are level 1. */
export interface Bounds {
  /** The longest child of the root, in UTF-16 characters with its markup. */
  readonly child: number;
  /** The longest document, in the same unit. Default: no limit. */
  readonly total?: number;
  /** The deepest level. */
  readonly levels: number;
  /** The deepest level that is kept. Deeper elements are checked and forgotten. Default: all levels. */
  readonly keptLevels?: number;
  /**
   * The most elements of one child of the root that are kept. Others are checked and forgotten. Default: all.
   */
  readonly keptElements?: number;
}

/**
 * The levels and elements of a stanza that are kept. The messenger reads nothing deeper than
 * `<message><error><item-not-found/></error></message>`. A server repeats the message that it refuses, and
 * the rest of it need not be in memory.
 */
const kept = { keptLevels: 3, keptElements: 1_000 } as const;

/** The bounds before the login, when the other end is not trusted. Servers send less than 4 KiB then. */
export const boundsBeforeLogin: Bounds = { child: 65_536, total: 65_536, levels: 100, ...kept };

/**
 * The bounds after the login. Prosody and ejabberd pass on at most 512 KiB in one stanza, which has 75,000
 * levels at most. So nobody in a room can end the session.
 */
export const boundsAfterLogin: Bounds = { child: 1_048_576, levels: 100_000, ...kept };

/**
 * XML that is not well-formed, that XMPP forbids, or that exceeds the bounds. The message follows the name of
 * the XML.
 */
export class XmlError extends Error {
  override readonly name: string = 'XMLError';
}

/** The number of characters to read before the next check of the bounds. */
const pieceLength = 16_384;

/**
 * Reads XML as it comes: strictly, in linear time and bounded memory. The library's own parser has no bounds.
 *
 * Emits `start` with the root, `element` with each child of the root, and `end` with the root. Emits `error`
 * with an XmlError once, and reads nothing after that.
 */
export class Reader extends EventEmitter {
  readonly #bounds: Bounds;
  /**
   * Does not resolve namespaces. It would search all open elements for each new one. Elements look them up.
   */
  readonly #parser: SaxesParser = new SaxesParser();
  /** The open elements that are kept, from the root on. */
  readonly #path: Element[] = [];
  /** The number of open elements, kept or not. */
  #open = 0;
  /** The number of kept elements in the open child of the root. */
  #kept = 0;
  /** The number of characters that were read. */
  #length = 0;
  /** The position at which the last child of the root ended. */
  #childStart = 0;
  /** The element that has just ended. The parser reports a wrong end tag only afterwards. */
  #ended: Element | undefined;
  #isOver = false;
  #root: Element | null = null;

  constructor(bounds: Bounds) {
    super();
    this.#bounds = bounds;
    this.#parser.on('opentag', (tag) => this.#enter(tag));
    this.#parser.on('closetag', () => this.#leave());
    this.#parser.on('text', (text) => this.#add(text));
    this.#parser.on('cdata', (text) => this.#add(text));
    this.#parser.on('error', ({ message }) => this.#fail(`is not well-formed: ${message}`));
    // RFC 6120, 11.1 forbids these.
    this.#parser.on('comment', () => this.#fail('has a comment'));
    this.#parser.on('doctype', () => this.#fail('has a document type'));
    this.#parser.on('processinginstruction', () => this.#fail('has a processing instruction'));
  }

  write(text: string): void {
    for (let start = 0; start < text.length && !this.#isOver; start += pieceLength) {
      const piece = text.slice(start, start + pieceLength);
      this.#parser.write(piece);
      this.#tell();
      this.#length += piece.length;
      this.#checkLength(this.#length);
    }
  }

  #enter({ name, attributes }: SaxesTagPlain): void {
    this.#tell();
    const level = this.#open;
    this.#open += 1;
    const { levels, keptLevels = levels, keptElements = Number.POSITIVE_INFINITY } = this.#bounds;
    if (level > levels) this.#fail(`has elements more than ${levels} deep`);
    if (this.#isOver || level > keptLevels || this.#kept === keptElements || this.#path.length < level) return;
    const element = xml(name, attributes);
    if (level === 0) this.#begin(element);
    else {
      this.#kept += 1;
      if (level > 1) this.#path.at(-1)?.append(element);
    }
    this.#path.push(element);
  }

  #begin(root: Element): void {
    this.#root = root;
    this.#childStart = this.#parser.position;
    this.emit('start', root);
  }

  #leave(): void {
    this.#tell();
    if (this.#isOver) return;
    const element = this.#path.length === this.#open ? this.#path.pop() : undefined;
    this.#open -= 1;
    if (!element || this.#open > 1) return;
    this.#checkLength(this.#parser.position);
    this.#childStart = this.#parser.position;
    this.#kept = 0;
    if (!this.#isOver) this.#ended = element;
  }

  #tell(): void {
    const element = this.#ended;
    if (!element || this.#isOver) return;
    this.#ended = undefined;
    if (element === this.#root) this.emit('end', element);
    else {
      // The root may declare its namespace.
      element.parent = this.#root;
      this.emit('element', element);
    }
  }

  #add(text: string): void {
    if (this.#open > 1 && this.#path.length === this.#open) this.#path.at(-1)?.append(text);
  }

  #checkLength(position: number): void {
    const { child, total = Number.POSITIVE_INFINITY } = this.#bounds;
    if (position > total) this.#fail(`has more than ${total} characters`);
    else if (position - this.#childStart > child) this.#fail(`has more than ${child} characters in one element`);
  }

  #fail(problem: string): void {
    // An error after the end tag is not about it.
    if (this.#parser.position > this.#childStart) this.#tell();
    if (this.#isOver) return;
    this.#isOver = true;
    this.emit('error', new XmlError(problem));
  }
}
