import { errorKind, TransientError, UnknownOutcomeError } from '../errors.ts';
import type { EventDispatch, SitemessageEvent } from '../events.ts';
import { readField } from '../foreign.ts';
import { linksFor } from '../message/links.ts';
import { type Limit, type RenderSubject, renderContent } from '../message/render.ts';
import type { Delivery, Receipt, Session } from '../messenger/messenger.ts';
import { readReceipt } from '../messenger/receipt.ts';
import { askedWait, defaultRetry } from '../messenger/retry.ts';
import { suppress } from '../recipients/suppress.ts';
import type { DispatchError } from '../storage/records.ts';
import { storedError } from '../storage/stored-error.ts';
import { withTimeout } from '../timeout.ts';
import type { Channel } from './channel.ts';
import type { SendContext } from './context.ts';
import { lossesToGoAlone, release, settleCutOff, settleFailed, settleSent, type Verdict } from './lifecycle.ts';
import { createPrefetch, type Ready } from './prefetch.ts';
import { createSettler, type Result } from './settler.ts';

/** How many dispatches had which result. */
export type Tally = Record<'sent' | 'error' | 'failed' | 'skipped', number>;

/** What a round did, and what kept its messenger from doing more. */
export interface RoundReport {
  readonly tally: Readonly<Tally>;
  readonly paused?: DispatchError;
}

export const noTally = (): Tally => ({ sent: 0, error: 0, failed: 0, skipped: 0 });

export interface RoundOptions {
  /** Of a claim, in milliseconds. */
  readonly leaseMs: number;
  /** Only dispatches of exactly this priority. */
  readonly priority?: number;
  /** Aborted to finish what is in flight and give back the rest. */
  readonly stop: AbortSignal;
  /** Aborted to cut off what is in flight as well. */
  readonly kill: AbortSignal;
  /** Ids of dispatches that were given back and have had no result since. The round adds to it, and takes from it. */
  readonly givenBack: Set<string>;
  /** Sleeps for so many milliseconds, and wakes up early when there may be more to claim. Returns whether there may be. */
  rest(ms: number): Promise<boolean>;
}

/**
 * Claims, renders, sends and settles what is due for one messenger, until nothing is. Claiming runs ahead of sending, sending
 * never waits for storing unless 50 results are not stored yet. Rejects with what the storage threw, after all that was sent is settled.
 */
export async function runRound(channel: Channel, site: SendContext, options: RoundOptions): Promise<RoundReport> {
  const { messenger, session, pace, pause, throughput, inFlight } = channel;
  const { runtime, clock, events, outage, gate, breakers, unsettled } = site;
  const tally = noTally();
  const reportStorage = (error: unknown): void => outage.failed(messenger, error);

  const settler = createSettler({
    storage: site.storage,
    clock,
    runtime,
    unsettled,
    kill: options.kill,
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
  const leaseMs = Math.max(options.leaseMs, 2 * messenger.timeoutMs);
  const prefetch = createPrefetch(channel, site, settler, {
    leaseMs,
    priority: options.priority,
    stop: options.stop,
    open: () => opened(),
    rest: options.rest,
  });

  let paused: DispatchError | undefined;
  const beginPause = async (error: unknown): Promise<void> => {
    prefetch.stop();
    if (paused) return;
    paused = storedError(error);
    const until = (await clock.now()) + pause.begin(paused, askedWait(readField(error, 'retryAfterMs')) ?? 0);
    events.emit({ type: 'paused', messenger: messenger.alias, error: paused, until });
  };

  const endPause = (): void => {
    if (pause.end()) events.emit({ type: 'resumed', messenger: messenger.alias });
  };

  /** Undefined when there is no session to be had, which pauses the messenger. */
  const opened = async (): Promise<Session | undefined> => {
    try {
      return await session.get(options.kill);
    } catch (error) {
      await beginPause(error);
      return undefined;
    }
  };

  /** A `render` that keeps failing has a bug, and must not fail every dispatch of its type. */
  const rendered = async (ready: Ready): Promise<Delivery> => {
    const { alias } = ready.type;
    try {
      const delivery = await prepare(ready, channel, site, options.kill);
      if (breakers.worked(alias)) events.emit({ type: 'type_resumed', messageType: alias });
      return delivery;
    } catch (error) {
      const until = readField(error, 'code') === 'render_failed' ? breakers.failed(alias) : undefined;
      if (until !== undefined) events.emit({ type: 'type_paused', messageType: alias, error: storedError(error), until });
      throw error;
    }
  };

  /** Sends now, or returns undefined when the moment has passed: a slot, a lease or the site's only send may take a while to come. */
  const sendNow = async (ready: Ready, used: Session, delivery: Delivery): Promise<Receipt | undefined> => {
    const { id } = ready.claim;
    const isAlone = goesAlone(ready);
    if (!isAlone && !gate.enter()) await gate.entered();
    try {
      if (!prefetch.mayGo(ready) || ready.leaseLeft() < messenger.timeoutMs || (needsMark(ready) && !settler.isMarked(ready)))
        return undefined;
      settler.begin(ready);
      inFlight.add(id);
      return await sendWithin(used, delivery, channel, site, options.kill);
    } finally {
      inFlight.delete(id);
      if (!isAlone) gate.leave();
    }
  };

  const attempt = async (ready: Ready): Promise<Verdict> => {
    const { claim, type, dispatch } = ready;
    if (breakers.isOpen(type.alias) && !ready.isProbe) return { settlement: release(claim, await clock.now()) };
    let used: Session | undefined;
    let receipt: Receipt | undefined;
    try {
      const delivery = await rendered(ready);
      while (!receipt) {
        // What is being sent alone must take along nothing that only waits.
        while (!goesAlone(ready) && gate.closed()) await gate.closed();
        // Before its slot, which would be missed meanwhile.
        if (needsMark(ready)) await settler.mark(ready).catch(notStored);
        // Rendering may take its time. What has a slot has to follow it at once.
        const backAt = await prefetch.awaitSlot(ready);
        if (backAt !== undefined) return { settlement: release(claim, backAt) };
        // Open, as it was when the slot was reserved, unless it has been lost meanwhile.
        used = await opened();
        if (!used || ready.leaseLeft() < messenger.timeoutMs) return { settlement: release(claim, await clock.now()) };
        receipt = await sendNow(ready, used, delivery);
      }
    } catch (error) {
      if (error instanceof NotStored) throw error.cause;
      const now = await clock.now();
      const cutOff = options.kill.aborted ? settleCutOff(claim, error, now) : undefined;
      const verdict = cutOff ?? settleFailed(claim, error, type, messenger.retry ?? defaultRetry, now, runtime.random());
      if (verdict.sessionLost && used) session.lose(used);
      if (verdict.pauses) await beginPause(error);
      else if (used && isRefusal(error)) endPause();
      return verdict;
    }
    // It was sent: whatever happens from here on must not send it again.
    throughput.count();
    endPause();
    if (receipt.movedTo !== undefined) events.emit({ type: 'moved', dispatch, movedTo: receipt.movedTo });
    return settleSent(claim, receipt, await clock.now());
  };

  const defer = async ({ scope, until, error }: NonNullable<Verdict['defer']>, dispatch: EventDispatch): Promise<void> => {
    if (scope === 'messenger') prefetch.stop(until);
    const address = scope === 'address' ? dispatch.address : undefined;
    await pace.defer(until, address).catch(reportStorage);
    const why = { ...(address !== undefined && { address }), ...(error && { error }) };
    events.emit({ type: 'deferred', messenger: messenger.alias, scope, until, ...why });
  };

  /** Whatever this one does to the process, it must not count against others: their results are stored before, and its own at once. */
  const offGate = gate.beforeAlone(settler.clear);
  const deliverAlone = (ready: Ready): Promise<void> =>
    gate.alone(async () => {
      // Also before it is rendered, which may be what ends the process.
      await settler.mark(ready);
      await deliver(ready);
      await settler.flush();
    });

  const deliver = async (ready: Ready): Promise<void> => {
    const { token, leaseEnd, dispatch } = ready;
    const verdict = await attempt(ready);
    if (verdict.defer) await defer(verdict.defer, dispatch);
    // What is still to be sent to this address, and what comes later, is skipped.
    if (verdict.recipientGone) await suppress(dispatch, 'gone', site).catch(reportStorage);
    await settler.add({ token, leaseEnd, dispatch, settlement: verdict.settlement, recipientGone: verdict.recipientGone ?? false });
  };

  const work = async (): Promise<void> => {
    try {
      for (let ready = await prefetch.take(); ready; ready = await prefetch.take()) {
        await (goesAlone(ready) ? deliverAlone(ready) : deliver(ready));
      }
    } catch (error) {
      prefetch.stop();
      throw error;
    }
  };

  const outcomes = await Promise.allSettled(Array.from({ length: messenger.concurrency }, work));
  outcomes.push(...(await Promise.allSettled([prefetch.end()])), ...(await Promise.allSettled([settler.end()])));
  offGate();
  const broken = outcomes.find((outcome) => outcome.status === 'rejected');
  if (broken) throw broken.reason;
  outage.worked(messenger);
  return { tally, ...(paused && { paused }) };
}

/** Of a send that must not be repeated, and of any after a crash, the storage has to know before. */
const needsMark = ({ type, followsLoss }: Ready): boolean => type.onUnknown === 'hold' || followsLoss;

const goesAlone = ({ claim }: Ready): boolean => claim.losses >= lossesToGoAlone;

/** The storage could not take what it has to know before a send. It says nothing of the messenger. */
class NotStored extends Error {}

const notStored = (cause: unknown): never => {
  throw new NotStored('', { cause });
};

/** Somebody answered, if only to refuse this one message: the messenger works. */
function isRefusal(error: unknown): boolean {
  return ['permanent', 'address'].includes(errorKind(error));
}

async function prepare(ready: Ready, { messenger }: Channel, site: SendContext, kill: AbortSignal): Promise<Delivery> {
  const { claim, message, type, context, dispatch } = ready;
  const { id, address, recipientId, attempt } = claim;
  const about = { id: message.id, type: message.type };
  const subject: RenderSubject = {
    links: linksFor(site.links, dispatch),
    recipient: { messenger: messenger.alias, address, ...(recipientId !== undefined && { id: recipientId }) },
    message: {
      ...about,
      ...(message.sender !== undefined && { sender: message.sender }),
      isForSubscribers: message.forSubscribers ?? false,
    },
    dispatchId: id,
  };
  const limit: Limit = async (work) => {
    const rendering = await withTimeout(messenger.timeoutMs, kill, site.runtime, () => work);
    if (rendering.done) return rendering.value;
    throw new TransientError(`\`render\` of message type "${type.alias}" did not end within ${messenger.timeoutMs} ms.`, {
      code: 'render_timeout',
    });
  };
  const content = await renderContent(type, messenger, context(), subject, limit);
  return { id, address, attempt, message: about, content, ...(recipientId !== undefined && { recipientId }) };
}

async function sendWithin(
  session: Session,
  delivery: Delivery,
  { messenger }: Channel,
  { runtime }: SendContext,
  kill: AbortSignal,
): Promise<Receipt> {
  const sending = await withTimeout(messenger.timeoutMs, kill, runtime, (signal) => session.send(delivery, { signal }));
  if (sending.done) return readReceipt(sending.value);
  throw new UnknownOutcomeError(`"${messenger.alias}" did not say within ${messenger.timeoutMs} ms whether it sent the message.`, {
    code: 'send_timeout',
    sessionLost: true,
  });
}

function eventOf({ dispatch, settlement, recipientGone = false }: Result): SitemessageEvent {
  switch (settlement.status) {
    case 'sent':
      return { type: 'sent', dispatch, ...(settlement.providerId !== undefined && { providerId: settlement.providerId }) };
    case 'error':
      return { type: 'error', dispatch, error: settlement.error, dueAt: settlement.dueAt };
    case 'failed':
      return { type: 'failed', dispatch, error: settlement.error, recipientGone };
    case 'skipped':
      return { type: 'skipped', dispatch, reason: settlement.reason };
    case 'released':
      return { type: 'released', dispatch, dueAt: settlement.dueAt };
  }
}
