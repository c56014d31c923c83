/** A sandbox of XMPP in a process of its own. Tells its parent what it needs to send there, and on demand what came since it was last asked. */
import { startSandbox } from '@sitemessage/sandbox';
import type { Came, Place } from './place.ts';

const { inbox, xmpp } = await startSandbox({ protocols: ['xmpp'] });
let before = xmpp.connected();
process.on('message', () => {
  const came: Came = { texts: inbox.all().map(({ text }) => text), connected: xmpp.connected() - before };
  before = xmpp.connected();
  inbox.clear();
  process.send?.(came);
});
process.on('disconnect', () => process.exit());
const place: Place = xmpp.options;
process.send?.(place);
