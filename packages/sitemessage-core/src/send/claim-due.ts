import type { AnyMessageType } from '../message/message-type.ts';
import type { Channel } from './channel.ts';
import { type Claimed, dispatchOf, type OpenedMessage, openMessage, startLease } from './claimed.ts';
import type { SendSite } from './context.ts';
import { settleUnsent } from './lifecycle.ts';
import type { Skip } from './steps.ts';

export interface ClaimOptions {
  /** The length of the lease in milliseconds. */
  readonly leaseMs: number;
  /** Only dispatches of exactly this priority. Undefined: all. */
  readonly priority: number | undefined;
  readonly limit: number;
  /** True after a pause of the messenger: the round sends one dispatch. */
  readonly isProbe: boolean;
}

export interface ClaimedBatch {
  readonly claimed: readonly Claimed[];
  /** Claims that are not sent: expired, held, or out of attempts. */
  readonly skips: readonly Skip[];
  /** True when another claim would find nothing. */
  readonly isDry: boolean;
}

/**
 * Claims dispatches that are due for one messenger.
 *
 * @throws the error of the storage.
 */
export async function claimDue({ messenger, nextSlots }: Channel, site: SendSite, options: ClaimOptions): Promise<ClaimedBatch> {
  const { runtime, storage, clock, types } = site;
  const now = await clock.now();
  const { token, leaseEnd, leaseLeft } = startLease(runtime, options.leaseMs);
  const wanted = wantedTypes(messenger.alias, site, options.limit);
  const { claims, messages } = await storage.queue.claim({
    token,
    now,
    leaseUntil: now + options.leaseMs,
    types: wanted.types,
    limit: wanted.limit,
    messenger: messenger.alias,
    inFlight: messenger.concurrency,
    ...(options.priority !== undefined && { priority: options.priority }),
  });
  nextSlots.claimed(now);
  const followsLoss = claims.some(({ losses }) => losses > 0);
  const opened = new Map(messages.map((message) => [message.id, openMessage(message, types.find(message.type) as AnyMessageType)]));
  const claimed: Claimed[] = [];
  const skips: Skip[] = [];
  for (const claim of claims) {
    const { message, type, context } = opened.get(claim.messageId) as OpenedMessage;
    const dispatch = dispatchOf(claim, type.alias, messenger.alias);
    const one: Claimed = { token, leaseEnd, leaseLeft, dispatch, claim, type, message, context, followsLoss, isProbe: wanted.isProbe };
    const settlement = settleUnsent(claim, message.expiresAt, type, now);
    if (settlement) skips.push({ skip: one, settlement });
    else claimed.push(one);
  }
  return { claimed, skips, isDry: options.isProbe || (claims.length === 0 && !wanted.isProbe) };
}

interface WantedTypes {
  readonly types: readonly string[];
  readonly limit: number;
  readonly isProbe: boolean;
}

/** Returns the types to claim now. A type whose `render` keeps failing is claimed alone, one dispatch each minute. */
function wantedTypes(alias: string, { types, breakers }: SendSite, limit: number): WantedTypes {
  const all = types.aliases();
  const probe = breakers.takeProbe(all, alias);
  if (probe !== undefined) return { types: [probe], limit: 1, isProbe: true };
  return { types: all.filter((type) => !breakers.isOpen(type)), limit, isProbe: false };
}
