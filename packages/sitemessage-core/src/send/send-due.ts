import { expandFanOuts } from '../fan-out/expand.ts';
import type { AnyMessenger } from '../messenger/messenger.ts';
import { checkOptions } from '../options.ts';
import type { Queue } from '../storage/port.ts';
import type { DispatchError } from '../storage/records.ts';
import { fanOutAlias } from '../storage/records.ts';
import { type Channel, createChannel } from './channel.ts';
import type { SendContext } from './context.ts';
import { noTally, type RoundOptions, type RoundReport, runRound, type Tally } from './round.ts';
import { checkSelection, type Selection, selectMessengers } from './selection.ts';
import type { Ending } from './shutdown.ts';

export interface SendOptions extends Selection {
  /** Aborted to finish what is in flight and give back the rest. Default: never. */
  readonly signal?: AbortSignal;
}

/** What one call of `sendScheduledMessages` did. */
export interface SendReport extends Readonly<Tally> {
  /** Given back without using an attempt: no slot in time, a pause, a stop. They are sent later. */
  readonly released: number;
  /** Messengers that could not work, with what kept them; their dispatches were given back. */
  readonly paused: Readonly<Record<string, DispatchError>>;
  /** What is waiting for a messenger or a message type that this site does not have. */
  readonly untouched: readonly Untouched[];
}

export interface Untouched extends Queue {
  readonly count: number;
}

/** Of a claim, in milliseconds, unless twice a messenger's `timeoutMs` is longer. */
export const defaultLeaseMs = 60_000;

/**
 * Sends what is due, through all messengers side by side, and ends when nothing is. For cron and for tests; `startWorker` keeps going.
 * Rejects with what the storage threw, after everything that was sent is settled.
 */
export async function sendScheduled(options: SendOptions, site: SendContext, ending: Ending): Promise<SendReport> {
  checkSendOptions(options);
  const chosen = selectMessengers(options, site.messengers);
  const stop = options.signal ? AbortSignal.any([options.signal, ending.stop]) : ending.stop;

  await expandFanOuts(site, { leaseMs: defaultLeaseMs, stop });

  const givenBack = new Set<string>();
  const rounds = await Promise.allSettled(
    chosen.map(async (messenger) => {
      const channel = createChannel(messenger, site);
      const roundOptions = {
        leaseMs: defaultLeaseMs,
        stop,
        kill: ending.kill,
        givenBack,
        rest: (ms: number) => site.runtime.sleep(ms, stop).then(() => false),
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
    add(tally, round.value.tally);
    if (round.value.paused) paused[(chosen[index] as AnyMessenger).alias] = round.value.paused;
  }
  return { ...tally, released: givenBack.size, paused, untouched: await reportUntouched(site) };
}

/** What has to wait for its slot no longer than this is waited for, rather than left to the next call. */
const worthWaitingMs = 5_000;

async function runRounds(channel: Channel, site: SendContext, options: RoundOptions): Promise<RoundReport> {
  const tally = noTally();
  for (;;) {
    const { tally: more, paused } = await runRound(channel, site, options);
    add(tally, more);
    const waitMs = channel.later.next() - (await site.clock.now());
    if (paused || options.stop.aborted || waitMs > worthWaitingMs) return { tally, ...(paused && { paused }) };
    await site.runtime.sleep(Math.max(0, waitMs), options.stop);
  }
}

function add(tally: Tally, more: Readonly<Tally>): void {
  for (const key of Object.keys(tally) as (keyof Tally)[]) tally[key] += more[key];
}

function checkSendOptions(options: SendOptions): void {
  checkOptions(options, ['priority', 'messengers', 'signal']);
  checkSelection(options);
  const { signal } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw new TypeError('`signal` must be an AbortSignal.');
}

/** Rows that nobody here may claim: left alone, but not in silence. */
export async function reportUntouched({ storage, messengers, types, events }: SendContext): Promise<readonly Untouched[]> {
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
