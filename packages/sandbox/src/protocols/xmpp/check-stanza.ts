import { childOf, type Element, elementsOf, textOf } from './element.ts';
import { ns } from './namespaces.ts';

const types = ['chat', 'groupchat', 'headline', 'normal'];
const attributes = ['from', 'id', 'to', 'type', 'xml:lang'];
/** RFC 7622, as far as it can be seen from here. */
const jid = /^([^\s"&'/:<>@]+@)?[^\s"&'/:<>@]+(\/[^\p{Cc}]+)?$/u;

/** What is wrong with a message, that other servers would pass on as it is. Undefined: nothing. */
export function problemOfMessage(message: Element): string | undefined {
  const { attrs } = message;
  const unknown = Object.keys(attrs).find((name) => !attributes.includes(name));
  if (unknown !== undefined) return `\`${unknown}\` is no attribute of a message`;
  if (attrs.to === undefined || !jid.test(attrs.to)) return '`to` is no JID';
  if (!attrs.id) return '`id` is missing, so that no error could be told from another';
  if (attrs.type !== undefined && !types.includes(attrs.type)) return '`type` is none of RFC 6121, 5.2.2';
  if (attrs.type === 'groupchat' && attrs.to.includes('/')) return 'a groupchat goes to a room, not to somebody in it';
  if (message.children.some((child) => typeof child === 'string' && child.trim() !== '')) return 'there is text outside of its elements';
  const strange = elementsOf(message).find((child) => !isKnown(child, attrs.id));
  if (strange) return `<${strange.name} xmlns='${strange.xmlns}'> is not known here, or holds what it must not`;
  if (!textOf(childOf(message, 'body') ?? message).trim()) return 'it has no body';
  return undefined;
}

function isKnown(child: Element, id: string | undefined): boolean {
  switch (child.xmlns) {
    case ns.client:
      return ['body', 'subject', 'thread'].includes(child.name) && elementsOf(child).length === 0;
    case ns.originId:
      return child.name === 'origin-id' && child.attrs.id === id;
    case ns.xhtmlIm:
      return child.name === 'html' && childOf(child, 'body', ns.xhtml) !== undefined;
    default:
      return false;
  }
}
