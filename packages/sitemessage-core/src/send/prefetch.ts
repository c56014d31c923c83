import { PermanentError } from '../errors.ts';
import type { EventDispatch } from '../events.ts';
import type { AnyMessageType } from '../message/message-type.ts';
import type { Limit } from '../messenger/messenger.ts';
import { defaultRetry } from '../messenger/retry.ts';
import type { Reservation } from '../storage/port.ts';
import type { Claim, MessageRecord } from '../storage/records.ts';
import type { Channel } from './channel.ts';
import type { SendContext } from './context.ts';
import { skipReasons } from './eligibility.ts';
import { release, settleFailed, settleUnsent } from './lifecycle.ts';
import { horizonMs, type Reserved } from './pace.ts';
import type { Held, Settler } from './settler.ts';
import { startStopwatch } from './stopwatch.ts';

/** A claim with all that it takes to send it. */
export interface Ready extends Held {
  readonly claim: Claim;
  /** Milliseconds of the lease that are left, by the clock that moved further. */
  leaseLeft(): number;
  readonly type: AnyMessageType;
  readonly message: MessageRecord;
  /** Claimed together with one whose lease was lost near a send: something may be ending processes. */
  readonly followsLoss: boolean;
  /** Claimed to find out whether the `render` of its type works again. */
  readonly isProbe: boolean;
  /** Parsed for the first dispatch that needs it, and shared by the others of its claim, hence frozen. */
  context(): unknown;
  /** When it may go, and until when. Undefined until that was reserved. */
  slot?: Reserved;
  /** The storage's clock less the monotonic one, when its slot had come. */
  clockOffset: number;
}

/** Claims ahead of the sends, and hands out one claim after the other, each with a slot. */
export interface Prefetch {
  /** Returns undefined when there is nothing more to do in this round. */
  take(): Promise<Ready | undefined>;
  /**
   * Waits for the slot, and for another one when that was missed. Returns undefined when the dispatch may go, otherwise when it is due again.
   *
   * @throws TransientError of code `limits_invalid`.
   */
  awaitSlot(ready: Ready): Promise<number | undefined>;
  /** Returns whether the dispatch may still go, some time after its slot was awaited. */
  mayGo(ready: Ready): boolean;
  /** Hands out nothing more. The rest is given back, due at `dueAt` or now. */
  stop(dueAt?: number): void;
  /** Gives back the rest. Rejects with what kept the storage from handing out more. */
  end(): Promise<void>;
}

export interface PrefetchOptions {
  readonly leaseMs: number;
  readonly priority: number | undefined;
  readonly stop: AbortSignal;
  /** Opens the session, unless it is open. Stops the prefetch when that fails. */
  open(): Promise<unknown>;
  /** Sleeps, and wakes up early when there may be more to claim. Returns whether there may be. */
  rest(ms: number): Promise<boolean>;
}

/** As much is claimed ahead as goes out in 5 s. */
const aheadSeconds = 5;
/** A larger claim would keep SQLite's event loop for over 10 ms. */
const largestClaim = 1_000;
/** A claim, the question who still wants it, and the reservation. */
const roundTrips = 3;
/** What gets no slot for longer than this is given back. */
const holdMs = 5_000;
/** Keys that are shared by all addresses: a messenger has one or two. */
const mostShared = 100;

export function createPrefetch(channel: Channel, site: SendContext, settler: Settler, options: PrefetchOptions): Prefetch {
  const { messenger, pace, pause, throughput, later, sharedKeys } = channel;
  const { runtime, storage, clock, types, events, breakers } = site;
  const leastAhead = 4 * messenger.concurrency;

  const stock: Ready[] = [];
  /** Refused a slot for now. They go back to the stock shortly before their time. */
  const waiting: Ready[] = [];
  const paced: Ready[] = [];
  let claiming: Promise<void> | undefined;
  let pacing: Promise<void> | undefined;
  let resting: Promise<void> | undefined;
  /** The last claim found nothing. */
  let dry = false;
  /** A limit that all addresses share has no room for what was claimed. */
  let isSaturated = false;
  let stopped: { readonly dueAt: number | undefined } | undefined;
  let failure: { readonly error: unknown } | undefined;

  const isOver = (): boolean => stopped !== undefined || options.stop.aborted;

  /** After a pause, one dispatch is all that the round sends. */
  const isProbe = pause.isProbing();
  const claimSize = (): number => {
    if (isProbe) return 1;
    const seconds = messenger.limits ? horizonMs / 1_000 : aheadSeconds;
    const wanted = Math.min(largestClaim, Math.max(leastAhead, throughput.during(seconds)));
    return Math.min(wanted, channel.allowance);
  };

  /** How many go out while a claim is on its way, and then a reservation for it. */
  const underWay = (): number => Math.ceil((throughput.during(1) * roundTrips * pace.latency()) / 1_000);

  /** The types to claim now. A type whose `render` keeps failing is claimed alone, one dispatch each minute. */
  const claimable = (): { readonly types: readonly string[]; readonly limit: number; readonly isProbe: boolean } => {
    const all = types.aliases();
    const probe = breakers.takeProbe(all, messenger.alias);
    if (probe !== undefined) return { types: [probe], limit: 1, isProbe: true };
    return { types: all.filter((type) => !breakers.isOpen(type)), limit: claimSize(), isProbe: false };
  };

  const claim = async (): Promise<void> => {
    const token = runtime.id();
    const now = await clock.now();
    const leaseEnd = runtime.monotonic() + options.leaseMs;
    const elapsed = startStopwatch(runtime);
    const asked = claimable();
    const { claims, messages } = await storage.queue.claim({
      token,
      now,
      leaseUntil: now + options.leaseMs,
      types: asked.types,
      limit: asked.limit,
      messenger: messenger.alias,
      inFlight: messenger.concurrency,
      ...(options.priority !== undefined && { priority: options.priority }),
    });
    dry = isProbe || (claims.length === 0 && !asked.isProbe);
    later.claimed(now);
    const followsLoss = claims.some(({ losses }) => losses > 0);
    const opened = new Map(messages.map((message) => [message.id, open(message)]));
    for (const claim of claims) {
      const { message, type, context } = opened.get(claim.messageId) as Opened;
      const dispatch = describe(claim, type.alias, messenger.alias);
      if (claim.recovered) events.emit({ type: 'recovered', dispatch });
      const held: Held = { token, leaseEnd, dispatch };
      const settlement = settleUnsent(claim, message.expiresAt, type, now);
      if (settlement) await settler.add({ ...held, settlement });
      else {
        const leaseLeft = (): number => options.leaseMs - elapsed();
        stock.push({ ...held, claim, leaseLeft, type, message, followsLoss, isProbe: asked.isProbe, context, clockOffset: 0 });
      }
    }
  };

  interface Opened {
    readonly message: MessageRecord;
    readonly type: AnyMessageType;
    context(): unknown;
  }

  const open = (message: MessageRecord): Opened => ({
    message,
    type: types.find(message.type) as AnyMessageType,
    context: lazily(() => readContext(message)),
  });

  /** A messenger that cannot say what is allowed to one address is not stopped for the others. */
  const limitsOf = async (ready: Ready): Promise<readonly Limit[] | undefined> => {
    try {
      return pace.limitsFor(ready.claim.address);
    } catch (error) {
      const { settlement } = settleFailed(
        ready.claim,
        error,
        ready.type,
        messenger.retry ?? defaultRetry,
        await clock.now(),
        runtime.random(),
      );
      await settler.add({ ...held(ready), settlement });
      return undefined;
    }
  };

  /** The candidates that still may be sent to. The others get their result. */
  const wanted = async (candidates: readonly Ready[]): Promise<readonly Ready[]> => {
    const reasons = await skipReasons(messenger.alias, candidates, storage).catch((error) => {
      stock.unshift(...candidates);
      throw error;
    });
    for (const ready of candidates) {
      const reason = reasons.get(ready.claim.id);
      if (reason) await settler.add({ ...held(ready), settlement: { id: ready.claim.id, status: 'skipped', reason } });
    }
    return reasons.size === 0 ? candidates : candidates.filter(({ claim }) => !reasons.has(claim.id));
  };

  const reserve = async (): Promise<void> => {
    // To open may take its time, in which a slot would be missed.
    await options.open();
    if (isOver()) return;
    const now = await clock.now();
    const page: Ready[] = [];
    const requests: Reservation[] = [];
    for (const ready of await wanted(stock.splice(0, Math.max(leastAhead, throughput.during(horizonMs / 1_000))))) {
      const limits = await limitsOf(ready);
      if (!limits) continue;
      page.push(ready);
      requests.push({ limits });
    }
    if (page.length === 0) return;
    noteShared(page, requests);
    const slots = await pace.reserve(requests).catch((error) => {
      stock.unshift(...page);
      throw error;
    });
    const refused: Ready[] = [];
    let saturated = 0;
    for (const [index, ready] of page.entries()) {
      const slot = slots[index] as Reserved;
      ready.slot = slot;
      (slot.granted ? paced : refused).push(ready);
      if (!slot.granted && isShared(slot)) saturated += 1;
    }
    paced.sort((one, other) => at(one) - at(other));
    // Others take their share of a limit that all addresses have in common: to claim more than the own share is to give it back.
    const share = Math.max(1, page.length - refused.length, throughput.during(1) + underWay());
    isSaturated = saturated > 0;
    channel.allowance = isSaturated ? share : channel.allowance * 2;
    for (const ready of refused) {
      const isSoon = at(ready) - now <= holdMs && ready.leaseLeft() > holdMs + messenger.timeoutMs;
      if (isSoon && waiting.length < 2 * leastAhead) waiting.push(ready);
      else await giveBack(ready, at(ready));
    }
  };

  /** Puts those back into the stock that may ask again, and with the first of them those that may do so soon: each reservation is a round trip. */
  const recall = async (): Promise<void> => {
    const now = await clock.now();
    if (!waiting.some((ready) => askAt(ready) <= now)) return;
    for (const ready of waiting.splice(0)) (askAt(ready) <= now + horizonMs / 2 ? stock : waiting).push(ready);
  };

  const isShared = ({ key }: Reserved): boolean => key !== undefined && sharedKeys.has(key);

  const noteShared = (page: readonly Ready[], requests: readonly Reservation[]): void => {
    const addresses = new Map<string, string>();
    for (const [index, { limits }] of requests.entries()) {
      const { address } = (page[index] as Ready).claim;
      for (const { key } of limits) {
        const other = addresses.get(key);
        if (other === undefined) addresses.set(key, address);
        else if (other !== address && sharedKeys.size < mostShared) sharedKeys.add(key);
      }
    }
  };

  /** What the storage throws ends the round. What is claimed by then is still sent. */
  const guarded = (work: Promise<void>): Promise<void> =>
    work.catch((error) => {
      failure ??= { error };
      stopped ??= { dueAt: undefined };
    });

  const refill = (): void => {
    const ahead = stock.length + paced.length + (isSaturated ? waiting.length : 0);
    if (!dry && !claiming && ahead <= claimSize() / 2) {
      claiming = guarded(claim()).finally(() => {
        claiming = undefined;
      });
    }
    if (!pacing && stock.length > 0 && paced.length < Math.max(messenger.concurrency, underWay())) {
      pacing = guarded(reserve()).finally(() => {
        pacing = undefined;
      });
    }
  };

  /** Until the first of those that were refused may ask again, or there is more to claim. */
  const rest = async (): Promise<void> => {
    const first = Math.min(...waiting.map(askAt));
    const mayHaveMore = await options.rest(Math.max(1, first - (await clock.now())));
    if (mayHaveMore) dry = isProbe;
  };

  const giveBack = (ready: Ready, dueAt: number): Promise<void> => {
    later.add(dueAt);
    return settler.add({ ...held(ready), settlement: release(ready.claim, dueAt) });
  };

  /** Returns whether the storage could say; otherwise the round ends. */
  const reserveAnother = async (ready: Ready): Promise<boolean> => {
    const limits = pace.limitsFor(ready.claim.address);
    let isDone = false;
    await guarded(
      pace.reserve([{ limits }]).then(([slot]) => {
        ready.slot = slot as Reserved;
        isDone = true;
      }),
    );
    return isDone;
  };

  return {
    async take() {
      while (!isOver()) {
        if (waiting.length > 0) await recall();
        refill();
        const next = paced.shift();
        if (next) return next;
        if (pacing) await pacing;
        else if (claiming) await claiming;
        else if (waiting.length > 0) {
          resting ??= rest().finally(() => {
            resting = undefined;
          });
          await resting;
        } else if (dry) return undefined;
      }
      return undefined;
    },
    async awaitSlot(ready) {
      do {
        const slot = ready.slot as Reserved;
        // Whatever waits for a limit that all addresses share might as well be this one.
        const isWorthWaiting = isShared(slot) && slot.at - (await clock.now()) <= holdMs;
        if (!slot.granted && !isWorthWaiting) {
          later.add(slot.at);
          return slot.at;
        }
        const now = await pace.wait(slot.granted ? slot.at : slot.askAt, options.stop);
        if (isOver()) break;
        if (!slot.granted) continue;
        const deferredUntil = pace.deferredUntil(ready.claim.address);
        if (deferredUntil > now) return deferredUntil;
        if (now <= slot.usableUntil) {
          ready.clockOffset = now - runtime.monotonic();
          return undefined;
        }
      } while (await reserveAnother(ready));
      return stopped?.dueAt ?? (await clock.now());
    },
    mayGo(ready) {
      const now = runtime.monotonic() + ready.clockOffset;
      return !isOver() && now <= (ready.slot as Reserved).usableUntil && pace.deferredUntil(ready.claim.address) <= now;
    },
    stop(dueAt) {
      stopped ??= { dueAt };
    },
    async end() {
      stopped ??= { dueAt: undefined };
      await Promise.all([claiming, pacing]);
      const left = [...paced.splice(0), ...stock.splice(0), ...waiting.splice(0)];
      if (left.length > 0) {
        const dueAt = stopped.dueAt ?? (await clock.now());
        for (const ready of left) await settler.add({ ...held(ready), settlement: release(ready.claim, dueAt) });
      }
      if (failure) throw failure.error;
    },
  };
}

const at = (ready: Ready): number => (ready.slot as Reserved).at;
const askAt = (ready: Ready): number => (ready.slot as Reserved).askAt;

const held = ({ token, leaseEnd, dispatch }: Held): Held => ({ token, leaseEnd, dispatch });

function describe(claim: Claim, type: string, messenger: string): EventDispatch {
  const { id, messageId, address, recipientId, attempt } = claim;
  return { id, messageId, type, messenger, address, attempt, ...(recipientId !== undefined && { recipientId }) };
}

/** @throws PermanentError when the stored context is no JSON: that dispatch fails, and nothing else does. */
function readContext(message: MessageRecord): unknown {
  try {
    return freeze(JSON.parse(message.context));
  } catch (error) {
    throw new PermanentError(`The context of message ${message.id} cannot be read back from the storage.`, {
      code: 'context_unreadable',
      cause: error,
    });
  }
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(Object.freeze(value))) freeze(part);
  return value;
}
