import { type Content, type Delivery, PermanentError } from '@sitemessage/core';
import { toPlainText } from '@sitemessage/http/plain-text';
import { type Element, xml } from '@xmpp/client';
import { carriable, isCarriable } from './characters.ts';
import { ns } from './namespaces.ts';
import { readXhtml } from './xhtml.ts';

/** A little less than the 256 KiB that Prosody and ejabberd take from a client; a larger one ends the stream, and all that is in flight. */
const largest = 250_000;

/** One delivery as a stanza. Its id is that of the dispatch: the same for every attempt, and errors come back with it. */
export interface Message {
  readonly id: string;
  readonly to: string;
  readonly isToRoom: boolean;
  readonly stanza: Element;
}

/** @throws PermanentError of code `xmpp_content` or `xmpp_too_large`. */
export function composeMessage({ id, address, content }: Delivery): Message {
  const { type = 'chat', xhtml } = readExtra(content);
  const isToRoom = type === 'groupchat';
  if (isToRoom && address.includes('/')) throw refuse('xmpp.type', "is 'groupchat', and the address is that of somebody in the room");
  const { subject } = content;
  if (subject !== undefined && typeof subject !== 'string') throw refuse('subject', 'must be a string');
  const stanza = xml(
    'message',
    { to: address, type, id },
    // In a room it would be the room's from now on, at some servers.
    subject === undefined || subject === '' || isToRoom ? undefined : xml('subject', {}, carriable(subject)),
    xml('body', {}, carriable(textOf(content))),
    xhtml,
    xml('origin-id', { xmlns: ns.originId, id }),
  );
  const written = stanza.toString();
  // One that is not well-formed ends the stream, again and again.
  if (!isCarriable(written)) throw refuse('address', 'holds a character that XML cannot carry');
  const size = Buffer.byteLength(written);
  if (size > largest) throw tooLarge('The message', size);
  return { id, to: address, isToRoom, stanza };
}

function readExtra({ xmpp = {} }: Content): { readonly type: string | undefined; readonly xhtml: Element | undefined } {
  if (typeof xmpp !== 'object' || xmpp === null) throw refuse('xmpp', 'must be an object, such as { type }');
  const { type, xhtml } = xmpp;
  if (type !== undefined && type !== 'chat' && type !== 'groupchat') throw refuse('xmpp.type', "must be 'chat' or 'groupchat'");
  if (xhtml === undefined) return { type, xhtml: undefined };
  if (typeof xhtml !== 'string') throw refuse('xmpp.xhtml', 'must be a string');
  // It is read only then: reading takes a while, and memory.
  if (Buffer.byteLength(xhtml) > largest) throw tooLarge('`xmpp.xhtml`', Buffer.byteLength(xhtml));
  try {
    return { type, xhtml: readXhtml(xhtml) };
  } catch (error) {
    throw refuse('xmpp.xhtml', (error as Error).message);
  }
}

/** There is no field for a link; clients find it in the text. */
function textOf({ text, html, link }: Content): string {
  if (typeof text !== 'string') throw refuse('text', 'must be a string');
  if (html !== undefined && typeof html !== 'string') throw refuse('html', 'must be a string');
  if (link !== undefined && typeof link !== 'string') throw refuse('link', 'must be a string');
  const shown = text === '' && html !== undefined ? toPlainText(html) : text;
  const parts = [shown, ...(link !== undefined && !shown.includes(link) ? [link] : [])].filter((part) => part.trim() !== '');
  if (parts.length === 0) throw refuse('text', 'is empty, and so is the rest');
  return parts.join('\n');
}

const refuse = (name: string, problem: string): PermanentError => new PermanentError(`\`${name}\` ${problem}.`, { code: 'xmpp_content' });

const tooLarge = (name: string, size: number): PermanentError =>
  new PermanentError(`${name} has ${size} bytes, and servers take ${largest}.`, { code: 'xmpp_too_large' });
