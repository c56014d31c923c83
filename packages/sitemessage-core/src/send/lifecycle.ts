import { errorKind, type TransientScope } from '../errors.ts';
import { readField } from '../foreign.ts';
import type { UnknownPolicy } from '../message/message-type.ts';
import type { Receipt } from '../messenger/messenger.ts';
import { askedWait, backoff, type RetryPolicy } from '../messenger/retry.ts';
import type { Claim, DispatchError } from '../storage/records.ts';
import { storedError } from '../storage/stored-error.ts';
import type { DispatchSettlement } from './settler.ts';

/*
 * All policy is here: pure functions from what is known to what becomes of a dispatch.
 * docs/lifecycle.md has the same as a table.
 */

/** What a message type says about its dispatches. */
export interface TypePolicy {
  readonly retryLimit: number;
  readonly onUnknown: UnknownPolicy;
}

/** What follows from a result, beside what is stored of it. */
export interface Verdict {
  readonly settlement: DispatchSettlement;
  /** Nobody sends to this address, or through this messenger, before then. */
  readonly defer?: { readonly scope: Exclude<TransientScope, 'dispatch'>; readonly until: number; readonly error?: DispatchError };
  /** The messenger cannot work: give the rest back and wait. */
  readonly pauses?: true;
  /** The session is of no use any more. */
  readonly sessionLost?: true;
  /** The provider says that there is nobody at this address. */
  readonly recipientGone?: true;
}

/** A dispatch whose lease was lost so often in a row may be what ends its process: it goes alone. */
export const lossesToGoAlone = 2;

/** What becomes of a claim before anything is sent. Undefined: it is to be sent. */
export function settleUnsent(claim: Claim, expiresAt: number | undefined, policy: TypePolicy, now: number): DispatchSettlement | undefined {
  const { id } = claim;
  if (expiresAt !== undefined && expiresAt <= now) return { id, status: 'skipped', reason: 'expired' };
  if (claim.recovered && policy.onUnknown === 'hold') {
    const message = 'The process that was sending it ended before its result was stored. It may have been delivered.';
    return { id, status: 'failed', error: { kind: 'unknown', code: 'lease_lost', message } };
  }
  if (claim.attempt > policy.retryLimit) {
    const message = `All ${policy.retryLimit} attempts are used up; the last one was cut off before its result was stored.`;
    return { id, status: 'failed', error: { kind: 'transient', code: 'attempts_used_up', message } };
  }
  return undefined;
}

/** What becomes of a claim that the provider took. */
export function settleSent(claim: Claim, receipt: Receipt, now: number): Verdict {
  const { providerId, pauseMs } = receipt;
  return {
    settlement: { id: claim.id, status: 'sent', ...(providerId !== undefined && { providerId }) },
    ...(pauseMs !== undefined && { defer: { scope: 'messenger', until: now + pauseMs } }),
  };
}

/** What becomes of a claim whose rendering or sending threw. `chance` in [0, 1) spreads the retries. */
export function settleFailed(claim: Claim, thrown: unknown, policy: TypePolicy, retry: RetryPolicy, now: number, chance: number): Verdict {
  const { id, attempt } = claim;
  const error = storedError(thrown);
  const hints = readHints(thrown);
  const sessionLost = hints.sessionLost && { sessionLost: true as const };
  const recipientGone = hints.recipientGone && { recipientGone: true as const };
  const failed: Verdict = { settlement: { id, status: 'failed', error }, ...sessionLost, ...recipientGone };
  const tryAgain = (): Verdict => {
    if (attempt >= policy.retryLimit) return failed;
    const dueAt = now + Math.max(hints.retryAfterMs, backoff(retry, attempt, chance));
    return { settlement: { id, status: 'error', dueAt, error }, ...sessionLost };
  };

  switch (errorKind(thrown)) {
    case 'permanent':
    case 'address':
      return failed;
    case 'unknown':
      return policy.onUnknown === 'hold' ? failed : tryAgain();
    // The one that met it keeps its attempt, so that one poisoned dispatch cannot stop a messenger for ever.
    case 'configuration':
      return { ...tryAgain(), pauses: true };
    case 'transient': {
      if (hints.scope === 'dispatch') return tryAgain();
      const until = now + (hints.retryAfterMs || backoff(retry, 1, chance));
      return { settlement: release(claim, until), defer: { scope: hints.scope, until, error }, ...sessionLost };
    }
  }
}

/**
 * What becomes of a claim that a stop cut off: given back when the messenger says that nothing was sent. Undefined: it ends as it would
 * have without a stop. That no kind is stated says nothing: it may have been sent.
 */
export function settleCutOff(claim: Claim, thrown: unknown, now: number): Verdict | undefined {
  if (readField(thrown, 'kind') !== 'transient' || readHints(thrown).scope !== 'dispatch') return undefined;
  return { settlement: release(claim, now) };
}

/** Given back, as if it had not been claimed. */
export function release(claim: Claim, dueAt: number): DispatchSettlement {
  return { id: claim.id, status: 'released', dueAt };
}

interface Hints {
  readonly retryAfterMs: number;
  readonly scope: TransientScope;
  readonly sessionLost: boolean;
  readonly recipientGone: boolean;
}

/** Read by name, not by class: the error may come from another copy of this package. */
function readHints(thrown: unknown): Hints {
  const scope = readField(thrown, 'scope');
  return {
    retryAfterMs: askedWait(readField(thrown, 'retryAfterMs')) ?? 0,
    scope: scope === 'address' || scope === 'messenger' ? scope : 'dispatch',
    sessionLost: readField(thrown, 'sessionLost') === true,
    recipientGone: readField(thrown, 'recipientGone') === true,
  };
}
