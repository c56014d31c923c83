import type { Fault } from '@sitemessage/core/testing';
import { domain } from './account.ts';
import type { XmppFault, XmppStanzaError } from './faults.ts';

/** A fault of the messenger contract in the words of XMPP, which has none for how long to wait. `after`: the message is in the inbox, and then this happens. */
export function faultFor({ kind, scope = 'dispatch', when, times = 1 }: Fault): XmppFault {
  if (kind === 'unknown') return { at: 'taken', drop: true, times };
  if (kind === 'configuration') {
    return when === 'before' ? { at: 'auth', sasl: 'not-authorized', times } : { at: 'taken', stream: 'host-unknown', times };
  }
  return { at: when === 'after' ? 'taken' : 'message', error: kind === 'permanent' ? gone : busy[scope], times };
}

const gone: XmppStanzaError = { type: 'cancel', condition: 'item-not-found' };
const busy: Readonly<Record<NonNullable<Fault['scope']>, XmppStanzaError>> = {
  dispatch: { type: 'wait', condition: 'recipient-unavailable' },
  address: { type: 'wait', condition: 'resource-constraint' },
  messenger: { type: 'wait', condition: 'resource-constraint', by: domain },
};
