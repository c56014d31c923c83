import { createSitemessage, extendMessenger, type SitemessageEvent } from '@sitemessage/core';
import type { Storage } from '@sitemessage/core/storage';
import type { FakeRuntime } from '@sitemessage/core/testing';
import { type TelegramOptions, telegram } from '../src/index.ts';

/** A request of a worker, at a time of the runtime's clock. */
interface Sent {
  readonly worker: number;
  readonly address: string;
  readonly at: number;
}

/** A 429 that a worker met, and the time until which the bot may send nothing. */
interface Pause {
  readonly worker: number;
  readonly at: number;
  readonly until: number;
}

export interface Crew {
  readonly sent: readonly Sent[];
  readonly pauses: readonly Pause[];
  readonly events: readonly SitemessageEvent[];
  /** Adds a listener that is called before each request. */
  onSend(listener: () => void): void;
  /** Schedules texts for these chats, and works until all are sent or failed. */
  deliver(addresses: readonly number[], texts: readonly string[]): Promise<void>;
}

/**
 * Makes workers on one storage, each with its session. Time passes only while no worker waits for Telegram.
 */
export function crewOf(
  size: number,
  { runtime, storage, options, isDry = false }: { runtime: FakeRuntime; storage: Storage; options: TelegramOptions; isDry?: boolean },
): Crew {
  const sent: Sent[] = [];
  const pauses: Pause[] = [];
  const events: SitemessageEvent[] = [];
  const listeners: (() => void)[] = [];

  const messengerOf = (worker: number) =>
    extendMessenger(telegram, {
      alias: 'paced',
      title: 'Paced',
      async send(delivery, context, session) {
        sent.push({ worker, address: delivery.address, at: runtime.now() });
        for (const listener of listeners) listener();
        // A dry run sends nothing.
        if (isDry) return undefined;
        let isAnswered = false;
        const sending = session.send(delivery, context).finally(() => {
          isAnswered = true;
        });
        sending.catch(({ message }: Error) => {
          // The wait that Telegram asked for, not the wait that core made of it.
          const [, seconds] = /retry after (\d+)$/.exec(message) ?? [];
          const at = runtime.now();
          if (seconds !== undefined) pauses.push({ worker, at, until: at + Number(seconds) * 1_000 });
        });
        while (!isAnswered) await runtime.turn();
        return sending;
      },
    })(options);

  const sites = Array.from({ length: size }, (_, worker) => createSitemessage({ storage, runtime, messengers: [messengerOf(worker)] }));
  for (const site of sites) site.onEvent((event) => events.push(event));

  return {
    sent,
    pauses,
    events,
    onSend: (listener) => void listeners.push(listener),
    async deliver(addresses, texts) {
      const [site] = sites;
      for (const text of texts) await site?.scheduleMessages(text, site.recipients('paced', addresses));
      const workers = sites.map((each) => each.startWorker());
      const done = async (): Promise<void> => {
        while (events.filter(({ type }) => type === 'sent' || type === 'failed').length < addresses.length * texts.length) {
          await runtime.sleep(250);
        }
      };
      await runtime.run(done());
      await runtime.run(Promise.all(workers.map((worker) => worker.stop())));
    },
  };
}
