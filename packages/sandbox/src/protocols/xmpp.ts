import type { Protocol } from '../protocol.ts';
import { startXmpp, type XmppEmulator } from './xmpp/emulator.ts';

/** A real XMPP server that keeps what it gets, with and without TLS. */
export const xmpp: Protocol<'xmpp', XmppEmulator> = { name: 'xmpp', start: startXmpp };
