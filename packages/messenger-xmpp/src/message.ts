import { type Content, type Delivery, PermanentError } from '@sitemessage/core';
import { toPlainText } from '@sitemessage/http/plain-text';
import { type Element, xml } from '@xmpp/client';
import { readXhtml } from './xhtml.ts';
import { isXmlText, ns, toXmlText } from './xml.ts';

/**
 * The largest message, in bytes. It is a little less than the 256 KiB that Prosody and ejabberd take from a
 * client. A larger message ends the stream, and with it all messages in flight.
 */
const largest = 250_000;

/**
 * A message as a stanza. Its id is the dispatch's, and stays the same for every attempt. Errors refer to it.
 */
export interface Message {
  readonly id: string;
  readonly to: string;
  readonly isToRoom: boolean;
  readonly stanza: Element;
}

/** @throws PermanentError `xmpp_content`, which names the part, or `xmpp_too_large`. */
export function composeMessage({ id, address, content }: Delivery): Message {
  const { type = 'chat', xhtml } = readExtra(content);
  const isToRoom = type === 'groupchat';
  if (isToRoom && address.includes('/')) throw contentError('xmpp.type', "is 'groupchat', but the address is one person in the room");
  const { subject } = content;
  if (subject !== undefined && typeof subject !== 'string') throw contentError('subject', 'must be a string');
  const stanza = xml(
    'message',
    { to: address, type, id },
    // Some servers would make it the subject of the room.
    subject === undefined || subject === '' || isToRoom ? undefined : xml('subject', {}, toXmlText(subject)),
    xml('body', {}, toXmlText(textOf(content))),
    xhtml,
    xml('origin-id', { xmlns: ns.originId, id }),
  );
  const written = stanza.toString();
  // A stanza that is not well-formed would end the stream at each attempt.
  if (!isXmlText(written)) throw contentError('address', 'holds a character that XML cannot carry');
  const size = Buffer.byteLength(written);
  if (size > largest) throw tooLarge('The message', size);
  return { id, to: address, isToRoom, stanza };
}

function readExtra({ xmpp = {} }: Content): { readonly type: string | undefined; readonly xhtml: Element | undefined } {
  if (typeof xmpp !== 'object' || xmpp === null) throw contentError('xmpp', 'must be an object, such as { type }');
  const { type, xhtml } = xmpp;
  if (type !== undefined && type !== 'chat' && type !== 'groupchat') throw contentError('xmpp.type', "must be 'chat' or 'groupchat'");
  if (xhtml === undefined) return { type, xhtml: undefined };
  if (typeof xhtml !== 'string') throw contentError('xmpp.xhtml', 'must be a string');
  // Checked first, because reading takes time and memory.
  if (Buffer.byteLength(xhtml) > largest) throw tooLarge('`xmpp.xhtml`', Buffer.byteLength(xhtml));
  try {
    return { type, xhtml: readXhtml(xhtml) };
  } catch (error) {
    throw contentError('xmpp.xhtml', (error as Error).message);
  }
}

/** Returns the body. XMPP has no field for a link, so the link is in the text, where clients find it. */
function textOf({ text, html, link }: Content): string {
  if (typeof text !== 'string') throw contentError('text', 'must be a string');
  if (html !== undefined && typeof html !== 'string') throw contentError('html', 'must be a string');
  if (link !== undefined && typeof link !== 'string') throw contentError('link', 'must be a string');
  const shown = text === '' && html !== undefined ? toPlainText(html) : text;
  const parts = [shown, ...(link !== undefined && !shown.includes(link) ? [link] : [])].filter((part) => part.trim() !== '');
  if (parts.length === 0) throw contentError('text', 'is empty, and there is neither `html` nor `link`');
  return parts.join('\n');
}

const contentError = (name: string, problem: string): PermanentError =>
  new PermanentError(`\`${name}\` ${problem}.`, { code: 'xmpp_content' });

const tooLarge = (name: string, size: number): PermanentError =>
  new PermanentError(`${name} has ${size} bytes. Servers take ${largest} at most.`, { code: 'xmpp_too_large' });
