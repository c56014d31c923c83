import { SaxesParser } from 'saxes';
import type { Element } from './element.ts';
import { ns } from './namespaces.ts';

/** What one stream says (RFC 6120, 4). */
export interface Heard {
  stream(header: Element): void;
  element(element: Element, raw: string): void;
  end(): void;
  /** Nothing more is read. */
  error(condition: string): void;
}

/** The most bytes of a stanza. Prosody has the first limit too; Prosody and ejabberd have the second. */
export const largestStanza: { readonly ofStranger: number; readonly ofClient: number } = { ofStranger: 10_000, ofClient: 256 * 1024 };
/** The deepest element. Prosody has no limit, and ejabberd 23.01 crashes between this and 5,500. */
const mostLevels = 1_000;
/** Characters that are read before the limits are checked again. */
const pieceLength = 4_096;

/**
 * Reads strictly: XML that is not well-formed ends the stream, as at any server. Returns a function that takes the text
 * as it comes.
 */
export function createReader(heard: Heard, largest: number): (text: string) => void {
  const parser = new SaxesParser({ xmlns: true });
  const open: { readonly element: Element; readonly children: (Element | string)[] }[] = [];
  let isOver = false;
  /** The text since the last stanza, its size in bytes, and the place in the stream where it begins. */
  let text = '';
  let size = 0;
  let start = 0;

  /** Tells the stanza that has just ended. The parser reports a wrong end tag only afterwards. */
  let ended: (() => void) | undefined;
  const tell = (): void => {
    const telling = ended;
    ended = undefined;
    if (!isOver) telling?.();
  };

  const fail = (condition: string): void => {
    // An error further on is not about the end tag.
    if (parser.position > start) tell();
    if (isOver) return;
    isOver = true;
    heard.error(condition);
  };
  parser.on('error', () => fail('not-well-formed'));
  // RFC 6120, 11.1. The condition is Prosody's.
  for (const event of ['comment', 'doctype', 'processinginstruction'] as const) parser.on(event, () => fail('not-well-formed'));
  parser.on('opentag', ({ local, uri, attributes }) => {
    tell();
    if (isOver) return;
    const attrs: Record<string, string> = {};
    for (const { name, prefix, value } of Object.values(attributes)) if (name !== 'xmlns' && prefix !== 'xmlns') attrs[name] = value;
    const children: (Element | string)[] = [];
    const element: Element = { name: local, xmlns: uri, attrs, children };
    open.at(-1)?.children.push(element);
    open.push({ element, children });
    if (open.length > mostLevels) fail('policy-violation');
    if (open.length > 1) return;
    cut();
    if (local !== 'stream' || uri !== ns.streams) fail('invalid-namespace');
    else heard.stream(element);
  });
  for (const event of ['text', 'cdata'] as const) {
    parser.on(event, (part) => void (open.length > 1 && open.at(-1)?.children.push(part)));
  }
  parser.on('closetag', () => {
    tell();
    const closed = open.pop();
    if (isOver || !closed || open.length > 1) return;
    const raw = cut();
    if (Buffer.byteLength(raw) > largest) fail('policy-violation');
    else ended = () => (open.length === 0 ? heard.end() : heard.element(closed.element, raw.trim()));
  });

  /** Returns the text up to here. */
  const cut = (): string => {
    const raw = text.slice(0, parser.position - start);
    text = text.slice(raw.length);
    size = Buffer.byteLength(text);
    start = parser.position;
    return raw;
  };

  return (chunk) => {
    for (let at = 0; at < chunk.length && !isOver; at += pieceLength) {
      const piece = chunk.slice(at, at + pieceLength);
      text += piece;
      size += Buffer.byteLength(piece);
      parser.write(piece);
      tell();
      // Without waiting for its end.
      if (size > largest) fail('policy-violation');
    }
  };
}
