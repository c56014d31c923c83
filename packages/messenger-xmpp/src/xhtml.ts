import { type Element, xml } from '@xmpp/client';
import { carriable } from './characters.ts';
import { Reader, type XmlError } from './reader.ts';

/** XEP-0071, 7: what is recommended of each element. */
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
 * The inside of a body as the element that goes along with the text (XEP-0071). It is read and written anew, so that whatever is in it, the
 * stream stays well-formed.
 *
 * @throws Error that says what is wrong with it, to follow its name.
 */
export function readXhtml(inside: string): Element {
  return xml('html', { xmlns: 'http://jabber.org/protocol/xhtml-im' }, copy(parse(inside), 'body'));
}

/** Deeper than anybody writes, and shallow enough for functions that call themselves for each level. */
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
  reader.write(`<html><body>${carriable(inside)}</body></html>`);
  if (problem !== '') throw new Error(carriable(problem));
  const [body, ...others] = bodies;
  if (!body || others.length > 0 || !hasEnded) throw new Error('is not well-formed: something in it is not closed, or not opened');
  return body;
}

function copy(element: Element, name: string): Element {
  const children = element.children.map((child) => (typeof child === 'string' ? carriable(child) : copyChild(child)));
  const attributes = Object.entries(element.attrs).map(([attribute, value = '']) => [attribute, carriable(value)]);
  return xml(name, name === 'body' ? { xmlns: namespace } : Object.fromEntries(attributes), ...children);
}

function copyChild(element: Element): Element {
  const { name, attrs } = element;
  const allowed = Object.hasOwn(attributesOf, name) ? attributesOf[name] : undefined;
  if (!allowed) throw new Error(`has <${carriable(name)}>, which XEP-0071 does not recommend`);
  for (const [attribute, value = ''] of Object.entries(attrs)) {
    if (!allowed.includes(attribute)) throw new Error(`has \`${carriable(attribute)}\` in <${name}>, which XEP-0071 does not recommend`);
    if (schemes[attribute]?.test(value.trim()) === false) throw new Error(`has a \`${attribute}\` in <${name}> that leads nowhere allowed`);
  }
  return copy(element, name);
}
