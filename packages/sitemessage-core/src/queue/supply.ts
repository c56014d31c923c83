import { PermanentError } from '../errors.ts';
import type { EventDispatch } from '../events.ts';
import type { AnyMessageType } from '../message/message-type.ts';
import type { Limit } from '../messenger/messenger.ts';
import type { Parts } from '../parts.ts';
import type { Reservation, Slot } from '../storage/port.ts';
import type { Claim, MessageRecord } from '../storage/records.ts';
import { skipReasons } from '../subscription/consent.ts';
import type { Courier } from './courier.ts';
import { release, settleFailed, settleUnsent } from './lifecycle.ts';
import { horizonMs } from './pace.ts';
import { defaultRetry } from './retry.ts';
import type { Settler } from './settler.ts';

/** A claim with everything that sending it takes. */
export interface Ready {
  readonly token: string;
  readonly claim: Claim;
  /** On the monotonic clock. */
  readonly leaseEnd: number;
  readonly type: AnyMessageType;
  readonly message: MessageRecord;
  /** Parsed for the first dispatch that needs it, and shared by the others of its claim, hence frozen. */
  context(): unknown;
  readonly dispatch: EventDispatch;
  /** Its slot: when it may go, by the storage's clock. */
  readonly at: number;
}

/** Claims ahead of what is being sent, and hands out one after the other, each with a slot. */
export interface Supply {
  /** Undefined when there is nothing more to do in this round. */
  take(): Promise<Ready | undefined>;
  /**
   * Waits for its slot, and for another one when that was missed. Undefined when it may go; otherwise it is to be given back, due then.
   *
   * @throws TransientError of code `limits_invalid`.
   */
  awaitSlot(ready: Ready): Promise<number | undefined>;
  /** Hands out nothing more; what is left is given back, due at `dueAt` or now. */
  stop(dueAt?: number): void;
  /** Gives back what is left. Rejects with what kept the storage from handing out more. */
  end(): Promise<void>;
}

export interface SupplyOptions {
  readonly leaseMs: number;
  readonly priority: number | undefined;
  readonly stop: AbortSignal;
  /** Opens the session, unless it is open; stops the supply when that fails. */
  open(): Promise<unknown>;
}

/** Claimed ahead: what goes out in 5 s, so that a crash loop does not use up attempts of what was never sent. */
const aheadSeconds = 5;
/** However quick a messenger is: a claim of more would keep SQLite's event loop for over 10 ms. */
const largestClaim = 1_000;

export function createSupply(courier: Courier, parts: Parts, settler: Settler, options: SupplyOptions): Supply {
  const { messenger, pace, pause, throughput, later } = courier;
  const { runtime, storage, clock, types, events } = parts;
  const leastAhead = 4 * messenger.concurrency;

  const stock: Ready[] = [];
  const paced: Ready[] = [];
  let claiming: Promise<void> | undefined;
  let pacing: Promise<void> | undefined;
  let dry = false;
  let stopped: { readonly dueAt: number | undefined } | undefined;
  let failure: { readonly error: unknown } | undefined;

  const isOver = (): boolean => stopped !== undefined || options.stop.aborted;

  /** After a pause, one dispatch is all that the round sends. */
  const isProbe = pause.isProbing();
  const claimSize = (): number => {
    if (isProbe) return 1;
    const seconds = messenger.limits ? horizonMs / 1_000 : aheadSeconds;
    return Math.min(largestClaim, Math.max(leastAhead, throughput.during(seconds)));
  };

  const claim = async (): Promise<void> => {
    const token = runtime.id();
    const now = await clock.now();
    const leaseEnd = runtime.monotonic() + options.leaseMs;
    const { claims, messages } = await storage.queue.claim({
      token,
      now,
      leaseUntil: now + options.leaseMs,
      limit: claimSize(),
      messenger: messenger.alias,
      types: types.aliases(),
      ...(options.priority !== undefined && { priority: options.priority }),
    });
    dry = isProbe || claims.length === 0;
    later.claimed(now);
    const opened = new Map(messages.map((message) => [message.id, open(message)]));
    for (const claim of claims) {
      const { message, type, context } = opened.get(claim.messageId) as Opened;
      const dispatch = describe(claim, type.alias, messenger.alias);
      if (claim.recovered) events.emit({ type: 'recovered', dispatch });
      const settlement = settleUnsent(claim, message.expiresAt, type, now);
      if (settlement) await settler.add({ token, leaseEnd, dispatch, settlement });
      else stock.push({ token, claim, leaseEnd, type, message, context, dispatch, at: now });
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
      const { claim, token, leaseEnd, dispatch, type } = ready;
      const { settlement } = settleFailed(claim, error, type, messenger.retry ?? defaultRetry, await clock.now(), runtime.random());
      await settler.add({ token, leaseEnd, dispatch, settlement });
      return undefined;
    }
  };

  /** Those who are to be sent to, as things are now; the others have their result. */
  const wanted = async (candidates: readonly Ready[]): Promise<readonly Ready[]> => {
    const reasons = await skipReasons(messenger.alias, candidates, storage).catch((error) => {
      stock.unshift(...candidates);
      throw error;
    });
    for (const { claim, token, leaseEnd, dispatch } of candidates) {
      const reason = reasons.get(claim.id);
      if (reason) await settler.add({ token, leaseEnd, dispatch, settlement: { id: claim.id, status: 'skipped', reason } });
    }
    return reasons.size === 0 ? candidates : candidates.filter(({ claim }) => !reasons.has(claim.id));
  };

  const reserve = async (): Promise<void> => {
    // To open may take its time, in which a slot would be missed.
    await options.open();
    if (isOver()) return;
    const page: Ready[] = [];
    const requests: Reservation[] = [];
    for (const ready of await wanted(stock.splice(0, Math.max(leastAhead, throughput.during(horizonMs / 1_000))))) {
      const limits = await limitsOf(ready);
      if (!limits) continue;
      page.push(ready);
      requests.push({ limits });
    }
    if (page.length === 0) return;
    const slots = await pace.reserve(requests).catch((error) => {
      stock.unshift(...page);
      throw error;
    });
    const refused: Ready[] = [];
    for (const [index, ready] of page.entries()) {
      const { at, granted } = slots[index] as Slot;
      (granted ? paced : refused).push({ ...ready, at });
    }
    paced.sort((one, other) => one.at - other.at);
    for (const ready of refused) {
      later.add(ready.at);
      await giveBack(ready, ready.at);
    }
  };

  /** What the storage throws ends the round; what is claimed by then is still sent. */
  const guarded = (work: Promise<void>): Promise<void> =>
    work.catch((error) => {
      failure ??= { error };
      stopped ??= { dueAt: undefined };
    });

  const refill = (): void => {
    if (!dry && !claiming && stock.length + paced.length <= claimSize() / 2) {
      claiming = guarded(claim()).finally(() => {
        claiming = undefined;
      });
    }
    if (!pacing && stock.length > 0 && paced.length < messenger.concurrency) {
      pacing = guarded(reserve()).finally(() => {
        pacing = undefined;
      });
    }
  };

  const giveBack = (ready: Ready, dueAt: number): Promise<void> =>
    settler.add({ token: ready.token, leaseEnd: ready.leaseEnd, dispatch: ready.dispatch, settlement: release(ready.claim, dueAt) });

  /** Undefined when the storage cannot say, which ends the round. */
  const reserveAnother = async (ready: Ready): Promise<Slot | undefined> => {
    const limits = pace.limitsFor(ready.claim.address);
    let slot: Slot | undefined;
    await guarded(
      pace.reserve([{ limits }]).then((slots) => {
        slot = slots[0];
      }),
    );
    return slot;
  };

  return {
    async take() {
      while (!isOver()) {
        refill();
        const next = paced.shift();
        if (next) return next;
        if (pacing) await pacing;
        else if (claiming) await claiming;
        else if (stock.length === 0 && dry) return undefined;
      }
      return undefined;
    },
    async awaitSlot(ready) {
      for (let slot: Slot | undefined = { at: ready.at, granted: true }; slot; slot = await reserveAnother(ready)) {
        if (!slot.granted) {
          later.add(slot.at);
          return slot.at;
        }
        const now = await pace.wait(slot.at, options.stop);
        if (isOver()) break;
        if (!pace.isMissed(slot.at, now)) return undefined;
      }
      return stopped?.dueAt ?? (await clock.now());
    },
    stop(dueAt) {
      stopped ??= { dueAt };
    },
    async end() {
      stopped ??= { dueAt: undefined };
      await Promise.all([claiming, pacing]);
      const left = [...paced.splice(0), ...stock.splice(0)];
      if (left.length > 0) {
        const dueAt = stopped.dueAt ?? (await clock.now());
        for (const ready of left) await giveBack(ready, dueAt);
      }
      if (failure) throw failure.error;
    },
  };
}

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
