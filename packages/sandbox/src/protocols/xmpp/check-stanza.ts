import { domain, roomsDomain } from './account.ts';
import { type Element, elementsOf } from './element.ts';
import type { XmppStanzaError } from './faults.ts';

/** RFC 7622, as far as it can be seen from here. */
const jid = /^([^\s"&'/:<>@]+@)?[^\s"&'/:<>@]+(\/[^\p{Cc}]+)?$/u;

/** What Prosody and ejabberd refuse of a message, whoever is meant to get it. Undefined: nothing. */
export function refusalOfMessage({ attrs: { to, type } }: Element): XmppStanzaError | undefined {
  if (to !== undefined && !jid.test(to)) return { type: 'modify', condition: 'bad-request', text: '`to` is no JID' };
  if (to === domain) return { type: 'cancel', condition: 'service-unavailable', text: 'Nobody reads what the server gets' };
  if (type !== 'groupchat') return undefined;
  if (!to?.split('/', 1)[0]?.endsWith(`@${roomsDomain}`))
    return { type: 'cancel', condition: 'service-unavailable', text: 'There is no room' };
  return to.includes('/') ? { type: 'modify', condition: 'bad-request', text: 'A groupchat goes to a room' } : undefined;
}

/** What Prosody and ejabberd refuse of a question. */
export function refusalOfQuery(query: Element): XmppStanzaError | undefined {
  const { id, type = '' } = query.attrs;
  const count = elementsOf(query).length;
  const isRight = id && ['get', 'set', 'result', 'error'].includes(type) && (count === 1 || !['get', 'set'].includes(type));
  return isRight ? undefined : { type: 'modify', condition: 'bad-request' };
}

/** Whether the server itself answers: for itself, and in the name of whoever has an account. */
export function isAnswered(to: string = domain): boolean {
  const [host, ...others] = to.split('@').reverse();
  return host === domain && others.length <= 1;
}
