import { type Element, elementsOf } from './element.ts';
import type { XmppStanzaError } from './faults.ts';
import { domain, roomsDomain } from './names.ts';

/** Matches a JID, in part by RFC 7622. */
const jid = /^([^\s"&'/:<>@]+@)?[^\s"&'/:<>@]+(\/[^\p{Cc}]+)?$/u;

/** Returns the error for a message that Prosody and ejabberd refuse for any recipient. */
export function refusalOfMessage({ attrs: { to, type } }: Element): XmppStanzaError | undefined {
  if (to !== undefined && !jid.test(to)) return { type: 'modify', condition: 'bad-request', text: '`to` is no JID' };
  if (to === domain) return { type: 'cancel', condition: 'service-unavailable', text: 'Nobody reads what the server gets' };
  if (type !== 'groupchat') return undefined;
  if (!to?.split('/', 1)[0]?.endsWith(`@${roomsDomain}`)) {
    return { type: 'cancel', condition: 'service-unavailable', text: 'There is no room' };
  }
  return to.includes('/') ? { type: 'modify', condition: 'bad-request', text: 'A groupchat goes to a room' } : undefined;
}

/** Returns the error for an `iq` that Prosody and ejabberd refuse. */
export function refusalOfQuery(query: Element): XmppStanzaError | undefined {
  const { id, type = '' } = query.attrs;
  const count = elementsOf(query).length;
  const isRight = id && ['get', 'set', 'result', 'error'].includes(type) && (count === 1 || !['get', 'set'].includes(type));
  return isRight ? undefined : { type: 'modify', condition: 'bad-request' };
}

/** Returns true for the address of the server or of one of its accounts. The server answers for both. */
export function isAnswered(to: string = domain): boolean {
  const [host, ...others] = to.split('@').reverse();
  return host === domain && others.length <= 1;
}
