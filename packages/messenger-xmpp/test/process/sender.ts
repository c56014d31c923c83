/**
 * Opens and closes sessions, sends over each, and prints the resources that are left. The process ends only
 * when nothing is left to do.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { type XmppOptions, xmpp } from '../../src/index.ts';

/** Its orders, as JSON in its first argument. */
export interface SenderOrders {
  readonly options: XmppOptions;
  readonly rounds: number;
}

const { options, rounds } = JSON.parse(process.argv[2] ?? '') as SenderOrders;
const signal = new AbortController().signal;
const count = (): Record<string, number> => {
  const resources = process.getActiveResourcesInfo();
  const of = (type: string): number => resources.filter((one) => one === type).length;
  const listeners = process.eventNames().reduce((sum, event) => sum + process.listenerCount(event), 0);
  return { sockets: of('TCPSocketWrap') + of('TLSWrap'), timers: of('Timeout'), listeners };
};
const until = async (fits: () => boolean): Promise<void> => {
  for (const giveUpAt = performance.now() + 5_000; !fits() && performance.now() < giveUpAt; ) await turn();
};

const send = async (messenger: ReturnType<typeof xmpp>, id: string): Promise<void> => {
  const session = await messenger.open({ signal });
  const message = { id: 'm1', type: 'test' };
  await session.send({ id, address: 'ann@example.com', attempt: 1, message, content: { text: id } }, { signal });
  await session.close?.();
};

const messenger = xmpp(options);
await send(messenger, 'warm-up');
await until(() => count().sockets === 0);
const before = count();
for (let round = 0; round < rounds; round += 1) {
  await send(messenger, `round ${round}`);
  // A failed login leaves nothing either.
  if (round % 10 === 0)
    await xmpp({ ...options, password: 'another' })
      .open({ signal })
      .catch(() => undefined);
}
await until(() => JSON.stringify(count()) === JSON.stringify(before));
process.stdout.write(JSON.stringify({ before, after: count() }));
