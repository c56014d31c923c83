/**
 * A process with an XMPP sandbox. It tells its parent the address first, and then, for each message from the
 * parent, what it received since the last one.
 */
import { startSandbox } from '@sitemessage/sandbox';

/** The account and the server that a client needs. */
export interface SandboxAddress {
  readonly jid: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
  readonly ca: string;
}

/** The messages and connections since the last report. */
export interface Received {
  /** The texts, in order. */
  readonly texts: readonly string[];
  /** Connections that were opened. */
  readonly connected: number;
}

const { inbox, xmpp } = await startSandbox({ protocols: ['xmpp'] });
let before = xmpp.connected();
process.on('message', () => {
  const received: Received = { texts: inbox.all().map(({ text }) => text), connected: xmpp.connected() - before };
  before = xmpp.connected();
  inbox.clear();
  process.send?.(received);
});
process.on('disconnect', () => process.exit());
const address: SandboxAddress = xmpp.options;
process.send?.(address);
