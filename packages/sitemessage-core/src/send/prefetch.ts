import type { Limit } from '../messenger/messenger.ts';
import { defaultRetry } from '../messenger/retry.ts';
import type { Reservation } from '../storage/port.ts';
import type { Channel } from './channel.ts';
import { claimDue } from './claim-due.ts';
import type { Claimed } from './claimed.ts';
import type { SendSite } from './context.ts';
import { skipReasons } from './eligibility.ts';
import { settleFailed } from './lifecycle.ts';
import { withJitter } from './loop.ts';
import { horizonMs, type Reserved } from './pace.ts';
import type { RoundEnd } from './round-end.ts';
import { holdMs, type PacedSlot } from './slot.ts';
import type { GiveBack, Send, Skip, Step } from './steps.ts';
import type { WakeSignal } from './wake-signal.ts';

/** Claims ahead of the sends, and reserves slots for the claims. */
export interface Prefetch {
  /** Makes the first claim. Returns whether there is something to send. */
  start(): Promise<boolean>;
  /** Returns the next step. Undefined when the round has nothing more to do. */
  next(): Promise<Step | undefined>;
  /** Hands out nothing more. Returns the steps for everything that was claimed and not handed out. */
  takeRest(): Promise<readonly (Skip | GiveBack)[]>;
}

export interface PrefetchOptions {
  /** The length of a lease in milliseconds. */
  readonly leaseMs: number;
  /** Only dispatches of exactly this priority. Default: all. */
  readonly priority?: number;
  readonly stop: AbortSignal;
  /** Ends the round early. Prefetch calls it when the storage fails. */
  readonly end: RoundEnd;
  readonly wakeSignal: WakeSignal;
  /** While all claims wait for slots, it claims again after this time, in milliseconds. Infinity: never. */
  readonly pollIntervalMs: number;
}

/** Claims as much ahead as goes out in 5 s. */
const aheadSeconds = 5;
/** A larger claim would keep SQLite's event loop for over 10 ms. */
const largestClaim = 1_000;
/** A claim, the question who still wants it, and the reservation. */
const roundTrips = 3;

export function createPrefetch(channel: Channel, site: SendSite, options: PrefetchOptions): Prefetch {
  const { messenger, pace, pause, throughput, nextSlots, share } = channel;
  const { runtime, storage, clock } = site;
  const { end, stop } = options;
  const leastAhead = 4 * messenger.concurrency;

  /** Claimed, without a slot. */
  const stock: Claimed[] = [];
  /** Refused a slot for now. They go back to the stock shortly before their time. */
  const waiting: Send[] = [];
  const paced: Send[] = [];
  /** Skipped, or given back. */
  const settled: (Skip | GiveBack)[] = [];
  let claiming: Promise<void> | undefined;
  let pacing: Promise<void> | undefined;
  let resting: Promise<void> | undefined;
  /** The last claim found nothing. */
  let isDry = false;
  const nextPoll = (): number => runtime.monotonic() + withJitter(options.pollIntervalMs, runtime);
  let pollAt = nextPoll();

  /** After a pause, the round sends one dispatch. */
  const isProbe = pause.isProbing();
  const claimSize = (): number => {
    if (isProbe) return 1;
    const seconds = messenger.limits ? horizonMs / 1_000 : aheadSeconds;
    const wanted = Math.min(largestClaim, Math.max(leastAhead, throughput.during(seconds)));
    return Math.min(wanted, share.allowance());
  };

  /** How many go out while a claim, and then a reservation for it, are on their way. */
  const underWay = (): number => Math.ceil((throughput.during(1) * roundTrips * pace.latency()) / 1_000);

  const claim = async (): Promise<void> => {
    const { leaseMs, priority } = options;
    const { claimed, skips, isDry: isNowDry } = await claimDue(channel, site, { leaseMs, priority, limit: claimSize(), isProbe });
    isDry = isNowDry;
    stock.push(...claimed);
    settled.push(...skips);
  };

  /** A messenger that cannot say what is allowed to one address is not stopped for the others. */
  const limitsOf = async (claimed: Claimed): Promise<readonly Limit[] | undefined> => {
    const { claim, type } = claimed;
    try {
      return pace.limitsFor(claim.address);
    } catch (error) {
      const retry = messenger.retry ?? defaultRetry;
      const { settlement } = settleFailed(claim, error, type, retry, await clock.now(), runtime.random());
      settled.push({ skip: claimed, settlement });
      return undefined;
    }
  };

  /** Returns the candidates that may still be sent to. The others are skipped. */
  const eligible = async (candidates: readonly Claimed[]): Promise<readonly Claimed[]> => {
    const reasons = await skipReasons(messenger.alias, candidates, storage).catch((error) => {
      stock.unshift(...candidates);
      throw error;
    });
    if (reasons.size === 0) return candidates;
    for (const claimed of candidates) {
      const { id } = claimed.claim;
      const reason = reasons.get(id);
      if (reason) settled.push({ skip: claimed, settlement: { id, status: 'skipped', reason } });
    }
    return candidates.filter(({ claim }) => !reasons.has(claim.id));
  };

  const reserve = async (): Promise<void> => {
    const now = await clock.now();
    const candidates = stock.splice(0, Math.max(leastAhead, throughput.during(horizonMs / 1_000)));
    const page: Claimed[] = [];
    const requests: Reservation[] = [];
    for (const claimed of await eligible(candidates)) {
      const limits = await limitsOf(claimed);
      if (!limits) continue;
      page.push(claimed);
      requests.push({ limits });
    }
    if (page.length === 0) return;
    share.note(
      page.map(({ claim }) => claim.address),
      requests,
    );
    const slots = await pace.reserve(requests).catch((error) => {
      stock.unshift(...page);
      throw error;
    });
    share.adjust(slots, throughput.during(1) + underWay());
    for (const [index, claimed] of page.entries()) {
      const reserved = slots[index] as Reserved;
      const slot: PacedSlot = { address: claimed.claim.address, reserved, clockOffset: 0 };
      const isSoon = reserved.at - now <= holdMs && claimed.leaseLeft() > holdMs + messenger.timeoutMs;
      if (reserved.granted) paced.push({ send: claimed, slot });
      else if (isSoon && waiting.length < 2 * leastAhead) waiting.push({ send: claimed, slot });
      else giveBack(claimed, reserved.at);
    }
    paced.sort((one, other) => one.slot.reserved.at - other.slot.reserved.at);
  };

  const giveBack = (claimed: Claimed, dueAt: number): void => {
    nextSlots.add(dueAt);
    settled.push({ giveBack: claimed, dueAt });
  };

  /**
   * Puts those that may ask again back into the stock, with those that may do so soon: each reservation is
   * a round trip.
   */
  const recall = async (): Promise<void> => {
    const now = await clock.now();
    if (!waiting.some(({ slot }) => slot.reserved.askAt <= now)) return;
    for (const refused of waiting.splice(0)) {
      if (refused.slot.reserved.askAt <= now + horizonMs / 2) stock.push(refused.send);
      else waiting.push(refused);
    }
  };

  const refill = (): void => {
    const ahead = stock.length + paced.length + settled.length + (share.isSaturated() ? waiting.length : 0);
    if (!isDry && !claiming && ahead <= claimSize() / 2) {
      claiming = claim()
        .catch(end.fail)
        .finally(() => {
          claiming = undefined;
        });
    }
    if (!pacing && stock.length > 0 && paced.length < Math.max(messenger.concurrency, underWay())) {
      pacing = reserve()
        .catch(end.fail)
        .finally(() => {
          pacing = undefined;
        });
    }
  };

  /** Sleeps until the first of the refused may ask again, or there is more to claim. */
  const rest = async (): Promise<void> => {
    const first = Math.min(...waiting.map(({ slot }) => slot.reserved.askAt));
    const wasWoken = await options.wakeSignal.wait(Math.max(1, first - (await clock.now())), stop);
    if (!wasWoken && runtime.monotonic() < pollAt) return;
    pollAt = nextPoll();
    isDry = isProbe;
  };

  return {
    async start() {
      if (end.isOver()) return false;
      await claim().catch(end.fail);
      return stock.length > 0;
    },
    async next() {
      for (;;) {
        const done = settled.shift();
        if (done) return done;
        if (end.isOver()) return undefined;
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
        } else if (isDry && settled.length === 0) return undefined;
      }
    },
    async takeRest() {
      end.stop();
      await Promise.all([claiming, pacing]);
      const left = [...paced.map(({ send }) => send), ...stock, ...waiting.map(({ send }) => send)];
      if (left.length === 0) return settled;
      const dueAt = end.dueAt() ?? (await clock.now());
      return [...settled, ...left.map((claimed) => ({ giveBack: claimed, dueAt }))];
    },
  };
}
