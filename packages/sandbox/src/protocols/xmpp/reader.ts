import { SaxesParser } from 'saxes';
import type { Element } from './element.ts';
import { ns } from './names.ts';

/** The parts of a stream (RFC 6120, 4). */
export interface StreamHandler {
  stream(header: Element): void;
  element(element: Element, raw: string): void;
  end(): void;
  /** Called once. Nothing more is read afterwards. */
  error(condition: string): void;
}

/**
 * The most bytes of a stanza, before and after the login. Prosody has both limits, ejabberd has the second.
 */
export const largestStanza: { readonly beforeLogin: number; readonly afterLogin: number } = {
  beforeLogin: 10_000,
  afterLogin: 256 * 1024,
};
/** The most levels of elements. Prosody has no limit, and ejabberd 23.01 crashes between this and 5,500. */
const deepest = 1_000;
/** The characters that are parsed before the limits are checked again. */
const pieceLength = 4_096;

/**
 * Returns a function that parses a stream chunk by chunk. XML that is not well-formed ends the stream, as
 * at any server. `largest` is the most bytes of a stanza.
 */
export function createReader(handler: StreamHandler, largest: number): (text: string) => void {
  const parser = new SaxesParser({ xmlns: true });
  const open: { readonly element: Element; readonly children: (Element | string)[] }[] = [];
  let isOver = false;
  /** The text since the last stanza. */
  let text = '';
  /** The size of `text`, in bytes. */
  let size = 0;
  /** The position in the stream at which `text` begins. */
  let start = 0;

  /**
   * Reports the stanza that has just ended. It is set aside, because the parser reports a wrong end tag
   * afterwards.
   */
  let ended: (() => void) | undefined;
  const report = (): void => {
    const reporting = ended;
    ended = undefined;
    if (!isOver) reporting?.();
  };

  const fail = (condition: string): void => {
    // An error after the end tag does not concern the stanza.
    if (parser.position > start) report();
    if (isOver) return;
    isOver = true;
    handler.error(condition);
  };
  parser.on('error', () => fail('not-well-formed'));
  // RFC 6120, 11.1, forbids these. The condition is Prosody's.
  for (const event of ['comment', 'doctype', 'processinginstruction'] as const) parser.on(event, () => fail('not-well-formed'));
  parser.on('opentag', ({ local, uri, attributes }) => {
    report();
    if (isOver) return;
    const attrs: Record<string, string> = {};
    for (const { name, prefix, value } of Object.values(attributes)) if (name !== 'xmlns' && prefix !== 'xmlns') attrs[name] = value;
    const children: (Element | string)[] = [];
    const element: Element = { name: local, xmlns: uri, attrs, children };
    open.at(-1)?.children.push(element);
    open.push({ element, children });
    if (open.length > deepest) fail('policy-violation');
    if (open.length > 1) return;
    cut();
    if (local !== 'stream' || uri !== ns.streams) fail('invalid-namespace');
    else handler.stream(element);
  });
  for (const event of ['text', 'cdata'] as const) {
    parser.on(event, (part) => void (open.length > 1 && open.at(-1)?.children.push(part)));
  }
  parser.on('closetag', () => {
    report();
    const closed = open.pop();
    if (isOver || !closed || open.length > 1) return;
    const raw = cut();
    if (Buffer.byteLength(raw) > largest) fail('policy-violation');
    else ended = () => (open.length === 0 ? handler.end() : handler.element(closed.element, raw.trim()));
  });

  /** Returns the text up to the current position, and removes it. */
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
      report();
      // A stanza that is too large is refused before its end.
      if (size > largest) fail('policy-violation');
    }
  };
}
