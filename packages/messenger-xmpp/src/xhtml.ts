import { type Element, xml } from '@xmpp/client';
import { Reader, type XmlError } from './reader.ts';
import { toXmlText } from './xml.ts';

/** The recommended elements, each with its attributes (XEP-0071, 7). */
const attributesOf: Readonly<Record<string, readonly string[]>> = {
  a: ['href', 'style', 'type'],
  blockquote: ['style'],
  br: [],
  cite: ['style'],
  em: [],
  img: ['alt', 'height', 'src', 'style', 'width'],
  li: ['style'],
  ol: ['style'],
  p: ['style'],
  span: ['style'],
  strong: [],
  ul: ['style'],
};

const namespace = 'http://www.w3.org/1999/xhtml';
const schemes: Readonly<Record<string, RegExp>> = { href: /^(https?|mailto|xmpp|tel):/i, src: /^https?:/i };

/**
 * Returns the element for the inside of a body, to send beside the text (XEP-0071). It is parsed and written
 * again, so that the stream always stays well-formed.
 *
 * @throws Error with a message that follows the name of the part.
 */
export function readXhtml(inside: string): Element {
  return xml('html', { xmlns: 'http://jabber.org/protocol/xhtml-im' }, copy(parse(inside), 'body'));
}

/** The deepest level. Deeper than people write, and shallow enough for recursion. */
const mostLevels = 100;

function parse(inside: string): Element {
  const reader = new Reader({ child: Number.POSITIVE_INFINITY, levels: mostLevels });
  const bodies: Element[] = [];
  let problem = '';
  let hasEnded = false;
  reader
    .on('error', ({ message }: XmlError) => {
      problem = message;
    })
    .on('element', (element: Element) => bodies.push(element))
    .on('end', () => {
      hasEnded = true;
    });
  reader.write(`<html><body>${toXmlText(inside)}</body></html>`);
  if (problem !== '') throw new Error(toXmlText(problem));
  const [body, ...others] = bodies;
  if (!body || others.length > 0 || !hasEnded) throw new Error('is not well-formed: an element is not closed, or not opened');
  return body;
}

function copy(element: Element, name: string): Element {
  const children = element.children.map((child) => (typeof child === 'string' ? toXmlText(child) : copyChild(child)));
  const attributes = Object.entries(element.attrs).map(([attribute, value = '']) => [attribute, toXmlText(value)]);
  return xml(name, name === 'body' ? { xmlns: namespace } : Object.fromEntries(attributes), ...children);
}

function copyChild(element: Element): Element {
  const { name, attrs } = element;
  const allowed = Object.hasOwn(attributesOf, name) ? attributesOf[name] : undefined;
  if (!allowed) throw new Error(`has <${toXmlText(name)}>, which XEP-0071 does not recommend`);
  for (const [attribute, value = ''] of Object.entries(attrs)) {
    if (!allowed.includes(attribute)) throw new Error(`has \`${toXmlText(attribute)}\` in <${name}>, which XEP-0071 does not recommend`);
    if (schemes[attribute]?.test(value.trim()) === false)
      throw new Error(`has a \`${attribute}\` in <${name}> with a scheme that is not allowed`);
  }
  return copy(element, name);
}
