import type { Delivery, Limit, Messenger, Receipt, SendContext } from '../src/index.ts';
import { defineMessenger } from '../src/index.ts';

/** What a send does, instead of going anywhere. Default: nothing, which is success. */
type Script = (delivery: Delivery, context: SendContext) => Receipt | undefined | Promise<Receipt | undefined>;

export interface Scripted {
  readonly messenger: Messenger<'scripted', string>;
  /** What was sent, oldest first: also what then failed. */
  readonly deliveries: Delivery[];
  readonly addresses: () => string[];
  readonly sessions: { opened: number; closed: number };
  script: Script;
  /** What `open` waits for. Default: nothing. */
  opening: () => Promise<void>;
  /** Thrown by the next `open`s while it is set. */
  openError: unknown;
}

export function scriptedMessenger(
  options: { concurrency?: number; timeoutMs?: number; limits?: (address: string) => readonly Limit[] } = {},
): Scripted {
  const { concurrency = 1, timeoutMs = 30_000, limits } = options;
  const factory = defineMessenger<'scripted', unknown>({
    alias: 'scripted',
    package: 'scripted',
    title: 'Scripted',
    timeoutMs,
    getAddress: (recipient) => recipient,
    create: () => ({
      concurrency,
      ...(limits && { limits }),
      async open() {
        await scripted.opening();
        if (scripted.openError !== undefined) throw scripted.openError;
        scripted.sessions.opened += 1;
        return {
          async send(delivery, context) {
            scripted.deliveries.push(delivery);
            return (await scripted.script(delivery, context)) ?? {};
          },
          async close() {
            scripted.sessions.closed += 1;
          },
        };
      },
    }),
  });
  const deliveries: Delivery[] = [];
  const scripted: Scripted = {
    messenger: factory(),
    deliveries,
    addresses: () => deliveries.map(({ address }) => address),
    sessions: { opened: 0, closed: 0 },
    script: () => undefined,
    opening: async () => undefined,
    openError: undefined,
  };
  return scripted;
}
