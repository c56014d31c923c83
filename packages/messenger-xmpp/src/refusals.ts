import { PermanentError, type Redactor, type SitemessageError, TransientError } from '@sitemessage/core';
import type { Element } from '@xmpp/client';
import type { Thrown } from './faults.ts';
import { ns } from './xml.ts';

/** A stanza error (RFC 6120, 8.3), and the kind of stanza that it refuses. */
export interface Refusal {
  /** `auth`, `cancel`, `modify` or `wait`. */
  readonly type: string;
  readonly condition: string;
  readonly text: string | undefined;
  /** The new address of the recipient, with the conditions `gone` and `redirect`. */
  readonly movedTo: string | undefined;
  /** True when our own server refuses, and not the recipient's. */
  readonly isOwnServer: boolean;
  readonly isToRoom: boolean;
  readonly isJoin: boolean;
}

/**
 * Returns the refusal in a stanza. Undefined for no error, and for one of the type `continue`, which refuses
 * nothing.
 */
export function readRefusal(
  stanza: Element,
  domain: string,
  { isToRoom = false, isJoin = false }: Partial<Pick<Refusal, 'isToRoom' | 'isJoin'>> = {},
): Refusal | undefined {
  const error = stanza.attrs.type === 'error' ? stanza.getChild('error') : undefined;
  if (!error || error.attrs.type === 'continue') return undefined;
  const children = error.getChildElements().filter((child) => child.getNS() === ns.stanzas);
  const condition = children.find(({ name }) => name !== 'text');
  // A server answers in the name of an absent recipient. Its own name is in `by`.
  const { by = stanza.attrs.from } = error.attrs;
  return {
    type: error.attrs.type ?? 'no type',
    condition: condition?.name ?? 'undefined-condition',
    text: children.find(({ name }) => name === 'text')?.text() || undefined,
    movedTo: condition?.text() || undefined,
    isOwnServer: by === undefined || by === domain,
    isToRoom,
    isJoin,
  };
}

type Make = (message: string, code: string, refusal: Refusal) => SitemessageError;

interface Row {
  readonly code: string;
  readonly when: (refusal: Refusal) => boolean;
  readonly make: Make;
}

const permanent: Make = (message, code) => new PermanentError(message, { code });
const recipientGone: Make = (message, code) => new PermanentError(message, { code, recipientGone: true });
const transient: Make = (message, code) => new TransientError(message, { code });
/**
 * A limit of our own server is about all that this account sends. Another limit is about one recipient or
 * room.
 */
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
 * The meaning of a stanza error. The first row that fits counts. The types say what to do (RFC 6120, 8.3.2).
 * The conditions (8.3.3) count where a type would mislead: `internal-server-error` has the type `cancel`.
 */
const table: readonly Row[] = [
  { code: 'xmpp_server_busy', when: says('internal-server-error', 'remote-server-timeout'), make: transient },
  // XEP-0045, 7.4: only occupants send to a room. A room that was restarted has forgotten us.
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

/** Returns core's error for the refusal of a message, or of a join. */
export function refusalError(refusal: Refusal, redactor: Redactor): SitemessageError {
  const { type, condition, text, movedTo, isJoin } = refusal;
  const row = rowOf(refusal);
  const words = [`${type}/${condition}`, text, movedTo && `the new address is ${movedTo}`].filter(Boolean).join(': ');
  return row.make(redactor.text(`The ${isJoin ? 'room' : 'server'} answered ${words}.`), row.code, refusal);
}

const rowOf = (refusal: Refusal): Row => table.find(({ when }) => when(refusal)) as Row;

/** Returns true when our own server refuses a session only for now. */
export function isPassing({ type = '', condition = '' }: Thrown): boolean {
  const refusal = { type, condition, text: undefined, movedTo: undefined, isOwnServer: true, isToRoom: false, isJoin: false };
  const { make, code } = rowOf(refusal);
  return make('', code, refusal).kind === 'transient';
}

/** Every code of an error for a refusal. */
export const refusalCodes: readonly string[] = table.map(({ code }) => code);
