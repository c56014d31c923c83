import { expandFanOuts } from '../fan-out/expand.ts';
import type { AnyMessenger } from '../messenger/messenger.ts';
import type { Queue } from '../storage/port.ts';
import type { DispatchError } from '../storage/records.ts';
import { fanOutAlias } from '../storage/records.ts';
import { type Channel, createChannel } from './channel.ts';
import type { SendSite } from './context.ts';
import { checkSendOptions, type SendOptions, selectMessengers } from './options.ts';
import { type RoundOptions, type RoundReport, runRound } from './round.ts';
import type { ShutdownSignals } from './shutdown.ts';
import { addTally, noTally, type Tally } from './tally.ts';
import { createWakeSignal } from './wake-signal.ts';

/** The results of one call of `sendScheduledMessages`. */
export interface SendReport extends Readonly<Tally> {
  /**
   * Dispatches that were given back without using an attempt: no slot in time, a pause, a stop. They are
   * sent later.
   */
  readonly released: number;
  /** The errors of messengers that could not work, by alias. Their dispatches were given back. */
  readonly paused: Readonly<Record<string, DispatchError>>;
  /** Dispatches that wait for a messenger or a message type that this site does not have. */
  readonly untouched: readonly Untouched[];
}

export interface Untouched extends Queue {
  readonly count: number;
}

/** The default length of a lease in milliseconds. Twice a messenger's `timeoutMs` when that is longer. */
export const defaultLeaseMs = 60_000;

/**
 * Sends everything that is due, through all messengers side by side, and then ends.
 *
 * @throws the error of the storage, after every send that began is settled.
 */
export async function sendScheduled(options: SendOptions, site: SendSite, signals: ShutdownSignals): Promise<SendReport> {
  checkSendOptions(options);
  const chosen = selectMessengers(options, site.messengers);
  const stop = options.signal ? AbortSignal.any([options.signal, signals.stop]) : signals.stop;

  await expandFanOuts(site, { leaseMs: defaultLeaseMs, stop });

  const givenBack = new Set<string>();
  const rounds = await Promise.allSettled(
    chosen.map(async (messenger) => {
      const channel = createChannel(messenger, site);
      const roundOptions = {
        leaseMs: defaultLeaseMs,
        stop,
        kill: signals.kill,
        givenBack,
        wakeSignal: createWakeSignal(site.runtime),
        pollIntervalMs: Number.POSITIVE_INFINITY,
        ...(options.priority !== undefined && { priority: options.priority }),
      };
      try {
        return await runRounds(channel, site, roundOptions);
      } finally {
        await channel.session.close();
      }
    }),
  );

  const tally = noTally();
  const paused: Record<string, DispatchError> = {};
  for (const [index, round] of rounds.entries()) {
    if (round.status === 'rejected') throw round.reason;
    addTally(tally, round.value.tally);
    if (round.value.paused) paused[(chosen[index] as AnyMessenger).alias] = round.value.paused;
  }
  return { ...tally, released: givenBack.size, paused, untouched: await reportUntouched(site) };
}

/** A shorter wait for a slot is waited for. A longer one is left to the next call. */
const worthWaitingMs = 5_000;

async function runRounds(channel: Channel, site: SendSite, options: RoundOptions): Promise<RoundReport> {
  const tally = noTally();
  for (;;) {
    const { tally: more, paused } = await runRound(channel, site, options);
    addTally(tally, more);
    const waitMs = channel.nextSlots.next() - (await site.clock.now());
    if (paused || options.stop.aborted || waitMs > worthWaitingMs) return { tally, ...(paused && { paused }) };
    await site.runtime.sleep(Math.max(0, waitMs), options.stop);
  }
}

/** Finds dispatches that this site may not claim, and emits an event for each messenger and type. */
export async function reportUntouched({ storage, messengers, types, events }: SendSite): Promise<readonly Untouched[]> {
  const untouched: Untouched[] = [];
  for (const { messenger, type } of await storage.queue.openQueues()) {
    if (types.find(type) && (messenger === fanOutAlias || messengers.find(messenger))) continue;
    const counts = await storage.queue.counts({ messenger, type });
    const count = counts.reduce((sum, one) => sum + one.count, 0);
    if (count === 0) continue;
    untouched.push({ messenger, type, count });
    events.emit({ type: 'untouched', messenger, messageType: type, count });
  }
  return untouched;
}
