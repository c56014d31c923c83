/** A sandbox of Telegram in a process of its own. Tells its parent what it needs to send there, and on demand what came since it was last asked. */
import { startSandbox } from '@sitemessage/sandbox';
import type { Came, Place } from './place.ts';

const { inbox, telegram } = await startSandbox({ protocols: ['telegram'] });
let before = telegram.connected();
process.on('message', () => {
  const came: Came = { messages: inbox.all().length, connected: telegram.connected() - before };
  before = telegram.connected();
  inbox.clear();
  process.send?.(came);
});
process.on('disconnect', () => process.exit());
const place: Place = telegram.options;
process.send?.(place);
