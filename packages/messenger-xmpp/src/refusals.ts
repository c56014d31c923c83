import { PermanentError, type Redactor, type SitemessageError, TransientError } from '@sitemessage/core';
import type { Refusal } from './refusal.ts';
import type { Thrown } from './thrown.ts';

type Make = (message: string, code: string, refusal: Refusal) => SitemessageError;

interface Row {
  readonly code: string;
  readonly when: (refusal: Refusal) => boolean;
  readonly make: Make;
}

const permanent: Make = (message, code) => new PermanentError(message, { code });
const recipientGone: Make = (message, code) => new PermanentError(message, { code, recipientGone: true });
const transient: Make = (message, code) => new TransientError(message, { code });
/** A limit of our own server concerns all that this account sends, and that of another one, or of a room, those who write there. */
const limited: Make = (message, code, { isOwnServer }) =>
  new TransientError(message, { code, scope: isOwnServer ? 'messenger' : 'address' });

const says =
  (...conditions: readonly string[]) =>
  ({ condition }: Refusal): boolean =>
    conditions.includes(condition);
const isTyped =
  (...types: readonly string[]) =>
  ({ type }: Refusal): boolean =>
    types.includes(type);

/**
 * What a stanza error means; the first row that fits counts. RFC 6120, 8.3.2 for the types, which say what may be done, and 8.3.3 for the
 * conditions, which count where a type would mislead: `internal-server-error` is typed `cancel`.
 */
const table: readonly Row[] = [
  { code: 'xmpp_server_busy', when: says('internal-server-error', 'remote-server-timeout'), make: transient },
  // XEP-0045, 7.4: nobody sends to a room who is not in it. A room that was started anew has forgotten us.
  { code: 'xmpp_room_left', when: (refusal) => refusal.isToRoom && says('not-acceptable')(refusal), make: transient },
  {
    code: 'xmpp_limited',
    when: (refusal) => isTyped('wait')(refusal) && says('resource-constraint', 'policy-violation')(refusal),
    make: limited,
  },
  { code: 'xmpp_recipient_busy', when: isTyped('wait'), make: transient },
  { code: 'xmpp_recipient_unknown', when: says('gone', 'item-not-found'), make: recipientGone },
  { code: 'xmpp_recipient_unavailable', when: says('service-unavailable'), make: permanent },
  { code: 'xmpp_domain_unknown', when: says('remote-server-not-found'), make: permanent },
  {
    code: 'xmpp_recipient_refused',
    when: (refusal) => says('jid-malformed', 'redirect')(refusal) || isTyped('cancel', 'auth')(refusal),
    make: permanent,
  },
  { code: 'xmpp_message_refused', when: isTyped('modify'), make: permanent },
  { code: 'xmpp_refused', when: () => true, make: transient },
];

/** What a refusal of one message, or of a way into a room, is in core's words. */
export function refusalError(refusal: Refusal, redactor: Redactor): SitemessageError {
  const { type, condition, text, movedTo, isJoin } = refusal;
  const row = rowOf(refusal);
  const words = [`${type}/${condition}`, text, movedTo && `the new address is ${movedTo}`].filter(Boolean).join(': ');
  return row.make(redactor.text(`The ${isJoin ? 'room' : 'server'} answered ${words}.`), row.code, refusal);
}

const rowOf = (refusal: Refusal): Row => table.find(({ when }) => when(refusal)) as Row;

/** Whether what our own server says of a session, and not of a message, may be gone later. */
export function isPassing({ type = '', condition = '' }: Thrown): boolean {
  const said = { type, condition, text: undefined, movedTo: undefined, isOwnServer: true, isToRoom: false, isJoin: false };
  const { make, code } = rowOf(said);
  return make('', code, said).kind === 'transient';
}

/** Every code that a refusal can have. */
export const refusalCodes: readonly string[] = table.map(({ code }) => code);
