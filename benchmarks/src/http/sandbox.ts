/**
 * A process with a Telegram sandbox. It tells its parent the address first, and then, for each message from
 * the parent, what it received since the last one.
 */
import { startSandbox } from '@sitemessage/sandbox';

/** The token and the URL that a client needs. */
export interface SandboxAddress {
  readonly token: string;
  readonly apiRoot: string;
}

/** Counts since the last report. */
export interface Received {
  readonly messages: number;
  /** Connections that were opened. */
  readonly connected: number;
}

const { inbox, telegram } = await startSandbox({ protocols: ['telegram'] });
let before = telegram.connected();
process.on('message', () => {
  const received: Received = { messages: inbox.all().length, connected: telegram.connected() - before };
  before = telegram.connected();
  inbox.clear();
  process.send?.(received);
});
process.on('disconnect', () => process.exit());
const address: SandboxAddress = telegram.options;
process.send?.(address);
