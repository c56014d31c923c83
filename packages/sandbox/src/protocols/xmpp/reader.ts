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

/** What Prosody and ejabberd take from a client. */
const largestStanza = 256 * 1024;

/** Reads strictly: what XML forbids ends the stream, as at any server. Returns what takes the text as it comes. */
export function createReader(heard: Heard): (text: string) => void {
  const parser = new SaxesParser({ xmlns: true });
  const open: { readonly element: Element; readonly children: (Element | string)[] }[] = [];
  let isOver = false;
  /** All that came since the last stanza, and where in the stream it begins. */
  let text = '';
  let start = 0;

  const fail = (condition: string): void => {
    if (isOver) return;
    isOver = true;
    heard.error(condition);
  };
  parser.on('error', () => fail('not-well-formed'));
  // RFC 6120, 11.1.
  for (const event of ['comment', 'doctype', 'processinginstruction'] as const) parser.on(event, () => fail('restricted-xml'));
  parser.on('opentag', ({ local, uri, attributes }) => {
    if (isOver) return;
    const attrs: Record<string, string> = {};
    for (const { name, prefix, value } of Object.values(attributes)) if (name !== 'xmlns' && prefix !== 'xmlns') attrs[name] = value;
    const children: (Element | string)[] = [];
    const element: Element = { name: local, xmlns: uri, attrs, children };
    open.at(-1)?.children.push(element);
    open.push({ element, children });
    if (open.length > 1) return;
    cut();
    if (local !== 'stream' || uri !== ns.streams) fail('invalid-namespace');
    else heard.stream(element);
  });
  for (const event of ['text', 'cdata'] as const) {
    parser.on(event, (part) => void (open.length > 1 && open.at(-1)?.children.push(part)));
  }
  parser.on('closetag', () => {
    const closed = open.pop();
    if (isOver || !closed) return;
    if (open.length === 0) return heard.end();
    if (open.length > 1) return;
    const raw = cut();
    if (isTooLarge(raw)) fail('policy-violation');
    else heard.element(closed.element, raw.trim());
  });

  /** What came up to here. */
  const cut = (): string => {
    const raw = text.slice(0, parser.position - start);
    text = text.slice(raw.length);
    start = parser.position;
    return raw;
  };

  return (chunk) => {
    if (isOver) return;
    text += chunk;
    parser.write(chunk);
    // Without waiting for its end.
    if (isTooLarge(text)) fail('policy-violation');
  };
}

const isTooLarge = (text: string): boolean => Buffer.byteLength(text) > largestStanza;
