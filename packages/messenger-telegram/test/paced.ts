import { createSitemessage, extendMessenger, type SitemessageEvent } from '@sitemessage/core';
import type { Storage } from '@sitemessage/core/storage';
import type { FakeRuntime } from '@sitemessage/core/testing';
import { type TelegramOptions, telegram } from '../src/index.ts';

/** A request of a worker, by the clock of the runtime. */
interface Sent {
  readonly worker: number;
  readonly address: string;
  readonly at: number;
}

/** A 429 that a worker met, and until when the bot may send nothing. */
interface Pause {
  readonly worker: number;
  readonly at: number;
  readonly until: number;
}

export interface Crew {
  readonly sent: readonly Sent[];
  readonly pauses: readonly Pause[];
  readonly events: readonly SitemessageEvent[];
  /** Called before each request. */
  onSend(listener: () => void): void;
  /** Schedules a text for these chats, and works until nothing is left to do. */
  deliver(addresses: readonly number[], texts: readonly string[]): Promise<void>;
}

/** Workers on one storage, each with a session of its own, in time that passes only when nobody is waiting for Telegram. */
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
        // Nothing goes anywhere.
        if (isDry) return undefined;
        let isAnswered = false;
        const sending = session.send(delivery, context).finally(() => {
          isAnswered = true;
        });
        sending.catch(({ message }: Error) => {
          // What Telegram asked for, not what became of it.
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
