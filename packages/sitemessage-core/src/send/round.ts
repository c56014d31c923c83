import { errorKind } from '../errors.ts';
import { readField } from '../foreign.ts';
import type { Delivery, Receipt, Session } from '../messenger/messenger.ts';
import { askedWait, defaultRetry } from '../messenger/retry.ts';
import { suppress } from '../recipients/suppress.ts';
import type { DispatchError } from '../storage/records.ts';
import { storedError } from '../storage/stored-error.ts';
import type { Channel } from './channel.ts';
import type { Claimed, Leased } from './claimed.ts';
import type { SendSite } from './context.ts';
import { renderDelivery, sendDelivery } from './delivery.ts';
import { type Deferral, lossesToGoAlone, release, settleCutOff, settleFailed, settleSent, type Verdict } from './lifecycle.ts';
import { createPrefetch } from './prefetch.ts';
import { createRoundEnd } from './round-end.ts';
import { createSettler, type DispatchSettlement } from './settler.ts';
import { createSlots } from './slot.ts';
import { claimedOf, type Send, type Step } from './steps.ts';
import { eventOf, noTally, type Tally } from './tally.ts';
import type { WakeSignal } from './wake-signal.ts';

/** The results of a round, and the error that paused its messenger. */
export interface RoundReport {
  readonly tally: Readonly<Tally>;
  readonly paused?: DispatchError;
}

export interface RoundOptions {
  /** The length of a lease in milliseconds. Raised to twice the messenger's `timeoutMs`. */
  readonly leaseMs: number;
  /** Only dispatches of exactly this priority. Default: all. */
  readonly priority?: number;
  /** Aborted to finish the sends in flight and give back the rest. */
  readonly stop: AbortSignal;
  /** Aborted to cut off the sends in flight as well. */
  readonly kill: AbortSignal;
  /**
   * Ids of dispatches that were given back and have had no result since. The round adds to it, and takes
   * from it.
   */
  readonly givenBack: Set<string>;
  /** Wakes a round that waits for a slot when there may be more to claim. */
  readonly wakeSignal: WakeSignal;
  /** While it waits for slots, a round claims again after this time, in milliseconds. Infinity: never. */
  readonly pollIntervalMs: number;
}

/**
 * Claims, renders, sends and settles the dispatches that are due for one messenger, until none is. Claims
 * run ahead of the sends. A send waits for the storage only when 50 results are not stored yet.
 *
 * @throws the error of the storage, after every send that began is settled.
 */
export async function runRound(channel: Channel, site: SendSite, options: RoundOptions): Promise<RoundReport> {
  const { messenger, session, pace, pause, throughput, inFlight } = channel;
  const { runtime, clock, events, outage, gate, breakers, unsettled } = site;
  const { stop, kill } = options;
  const tally = noTally();
  const reportStorage = (error: unknown): void => outage.failed(messenger, error);

  const settler = createSettler({
    storage: site.storage,
    clock,
    runtime,
    unsettled,
    kill,
    onStored(result, applied) {
      outage.worked(messenger);
      if (!applied) return;
      const { status } = result.settlement;
      if (status === 'released') options.givenBack.add(result.dispatch.id);
      else {
        options.givenBack.delete(result.dispatch.id);
        tally[status] += 1;
      }
      events.emit(eventOf(result));
    },
    onTrouble: reportStorage,
  });
  const end = createRoundEnd(stop);
  const leaseMs = Math.max(options.leaseMs, 2 * messenger.timeoutMs);
  const prefetch = createPrefetch(channel, site, { ...options, leaseMs, end });
  const slots = createSlots({ channel, clock, runtime, end, stop });

  let paused: DispatchError | undefined;
  const beginPause = async (error: unknown): Promise<void> => {
    end.stop();
    if (paused) return;
    paused = storedError(error);
    const until = (await clock.now()) + pause.begin(paused, askedWait(readField(error, 'retryAfterMs')) ?? 0);
    events.emit({ type: 'paused', messenger: messenger.alias, error: paused, until });
  };

  const endPause = (): void => {
    if (pause.end()) events.emit({ type: 'resumed', messenger: messenger.alias });
  };

  /** Returns the open session. Undefined when none can be opened, which pauses the messenger. */
  const openSession = async (): Promise<Session | undefined> => {
    try {
      return await session.get(kill);
    } catch (error) {
      await beginPause(error);
      return undefined;
    }
  };

  const settle = ({ token, leaseEnd, dispatch }: Leased, settlement: DispatchSettlement, recipientGone = false): Promise<void> =>
    settler.add({ token, leaseEnd, dispatch, settlement, recipientGone });

  /** A `render` that keeps failing has a bug, and must not fail every dispatch of its type. */
  const render = async (claimed: Claimed): Promise<Delivery> => {
    const { alias } = claimed.type;
    try {
      const delivery = await renderDelivery(claimed, messenger, site, kill);
      if (breakers.worked(alias)) events.emit({ type: 'type_resumed', messageType: alias });
      return delivery;
    } catch (error) {
      const until = readField(error, 'code') === 'render_failed' ? breakers.failed(alias) : undefined;
      if (until !== undefined) events.emit({ type: 'type_paused', messageType: alias, error: storedError(error), until });
      throw error;
    }
  };

  /**
   * Sends now. Returns undefined when the moment has passed: the gate may open after the slot or the lease
   * is over.
   */
  const sendNow = async ({ send, slot }: Send, used: Session, delivery: Delivery): Promise<Receipt | undefined> => {
    const isAlone = goesAlone(send);
    if (!isAlone && !gate.enter()) await gate.entered();
    try {
      if (!slots.isUsable(slot) || send.leaseLeft() < messenger.timeoutMs || (needsMark(send) && !settler.isMarked(send))) return undefined;
      settler.begin(send);
      inFlight.add(delivery.id);
      return await sendDelivery(used, delivery, messenger, site, kill);
    } finally {
      inFlight.delete(delivery.id);
      if (!isAlone) gate.leave();
    }
  };

  const attempt = async (step: Send): Promise<Verdict> => {
    const { send, slot } = step;
    const { claim, type, dispatch } = send;
    if (breakers.isOpen(type.alias) && !send.isProbe) return { settlement: release(claim, await clock.now()) };
    let used: Session | undefined;
    let receipt: Receipt | undefined;
    try {
      const delivery = await render(send);
      while (!receipt) {
        // A dispatch that is sent alone must not take along any that only waits.
        while (!goesAlone(send) && gate.closed()) await gate.closed();
        // The mark is stored before the slot: storing takes time, in which the slot would be missed.
        if (needsMark(send)) await settler.mark(send).catch(notStored);
        const backAt = await slots.wait(slot);
        if (backAt !== undefined) return { settlement: release(claim, backAt) };
        // The session is open already, unless it was lost meanwhile.
        used = await openSession();
        if (!used || send.leaseLeft() < messenger.timeoutMs) return { settlement: release(claim, await clock.now()) };
        receipt = await sendNow(step, used, delivery);
      }
    } catch (error) {
      if (error instanceof NotStored) throw error.cause;
      const now = await clock.now();
      const cutOff = kill.aborted ? settleCutOff(claim, error, now) : undefined;
      const verdict = cutOff ?? settleFailed(claim, error, type, messenger.retry ?? defaultRetry, now, runtime.random());
      if (verdict.sessionLost && used) session.discard(used);
      if (verdict.pauses) await beginPause(error);
      else if (used && isRefusal(error)) endPause();
      return verdict;
    }
    // It was sent. Nothing from here on may send it again.
    throughput.count();
    endPause();
    if (receipt.movedTo !== undefined) events.emit({ type: 'moved', dispatch, movedTo: receipt.movedTo });
    return settleSent(claim, receipt, await clock.now());
  };

  const defer = async (deferral: Deferral): Promise<void> => {
    if (deferral.scope === 'messenger') end.stop(deferral.until);
    await pace.defer(deferral).catch(reportStorage);
    events.emit({ type: 'deferred', messenger: messenger.alias, ...deferral });
  };

  const deliver = async (step: Send): Promise<void> => {
    const verdict = await attempt(step);
    if (verdict.defer) await defer(verdict.defer);
    if (verdict.recipientGone) await suppress(step.send.dispatch, 'gone', site).catch(reportStorage);
    await settle(step.send, verdict.settlement, verdict.recipientGone);
  };

  /**
   * Whatever this dispatch does to the process must not count against others. Their results are stored
   * before it, and its own right after.
   */
  const closeGate = gate.beforeAlone(settler.storeAll);
  const deliverAlone = (step: Send): Promise<void> =>
    gate.alone(async () => {
      // Rendering may be what ends the process, so the mark comes first.
      await settler.mark(step.send);
      await deliver(step);
      await settler.flush();
    });

  const take = async (step: Step): Promise<void> => {
    const claimed = claimedOf(step);
    if (claimed.claim.recovered) events.emit({ type: 'recovered', dispatch: claimed.dispatch });
    if ('skip' in step) await settle(step.skip, step.settlement);
    else if ('giveBack' in step) await settle(step.giveBack, release(step.giveBack.claim, step.dueAt));
    else await (goesAlone(step.send) ? deliverAlone(step) : deliver(step));
  };

  const work = async (): Promise<void> => {
    try {
      for (let step = await prefetch.next(); step; step = await prefetch.next()) await take(step);
    } catch (error) {
      end.stop();
      throw error;
    }
  };

  const finish = async (): Promise<void> => {
    for (const step of await prefetch.takeRest()) await take(step);
    end.throwFailure();
  };

  // A session takes its time to open, in which a slot would be missed: so it is opened before slots are
  // reserved.
  if (await prefetch.start()) await openSession();
  const outcomes = await Promise.allSettled(Array.from({ length: messenger.concurrency }, work));
  outcomes.push(...(await Promise.allSettled([finish()])), ...(await Promise.allSettled([settler.end()])));
  closeGate();
  const broken = outcomes.find((outcome) => outcome.status === 'rejected');
  if (broken) throw broken.reason;
  outage.worked(messenger);
  return { tally, ...(paused && { paused }) };
}

/**
 * A send that must not be repeated, and every send after a crash, is marked in the storage before it
 * begins.
 */
const needsMark = ({ type, followsLoss }: Claimed): boolean => type.onUnknown === 'hold' || followsLoss;

const goesAlone = ({ claim }: Claimed): boolean => claim.losses >= lossesToGoAlone;

/** The storage could not store a mark. That says nothing of the messenger. */
class NotStored extends Error {}

const notStored = (cause: unknown): never => {
  throw new NotStored('', { cause });
};

/** A provider that refuses one message has answered: the messenger works. */
function isRefusal(error: unknown): boolean {
  return ['permanent', 'address'].includes(errorKind(error));
}
