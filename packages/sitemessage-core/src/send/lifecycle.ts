import { errorKind, type TransientScope } from '../errors.ts';
import { readField } from '../foreign.ts';
import type { UnknownPolicy } from '../message/message-type.ts';
import type { Receipt } from '../messenger/messenger.ts';
import { askedWait, backoff, type RetryPolicy } from '../messenger/retry.ts';
import type { Claim, DispatchError } from '../storage/records.ts';
import { storedError } from '../storage/stored-error.ts';
import type { DispatchSettlement } from './settler.ts';

/*
 * The rules of the lifecycle, as pure functions: from a claim and its result to the next state.
 * docs/lifecycle.md has the same rules as a table.
 */

/** The rules that a message type sets for its dispatches. */
export interface TypePolicy {
  readonly retryLimit: number;
  readonly onUnknown: UnknownPolicy;
}

/** Every worker stops sending to an address, or through a messenger, until a time. */
export interface Deferral {
  readonly scope: Exclude<TransientScope, 'dispatch'>;
  /** Present when the scope is `address`. */
  readonly address?: string;
  /** Milliseconds since 1970, by the storage's clock. */
  readonly until: number;
  /** The provider's refusal. Absent when the provider asked for the wait while it took a message. */
  readonly error?: DispatchError;
}

/** A result to store, and what follows from it. */
export interface Verdict {
  readonly settlement: DispatchSettlement;
  readonly defer?: Deferral;
  /** The messenger cannot work. Give the rest back and wait. */
  readonly pauses?: true;
  /** The session cannot be used again. */
  readonly sessionLost?: true;
  /** The provider says that the address does not exist. */
  readonly recipientGone?: true;
}

/** A dispatch that lost its lease this often in a row may be what ends its process. It goes alone. */
export const lossesToGoAlone = 2;

/** Decides whether a claim is sent at all. Returns undefined when it is, otherwise its result. */
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

/** Decides the result of a claim that the provider took. */
export function settleSent(claim: Claim, receipt: Receipt, now: number): Verdict {
  const { providerId, pauseMs } = receipt;
  return {
    settlement: { id: claim.id, status: 'sent', ...(providerId !== undefined && { providerId }) },
    ...(pauseMs !== undefined && { defer: { scope: 'messenger', until: now + pauseMs } }),
  };
}

/**
 * Decides the result of a claim whose rendering or sending threw. `chance`, in [0, 1), adds jitter to the
 * retries.
 */
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
    // The dispatch that met the error uses up an attempt, so that a poisoned dispatch cannot stop a
    // messenger for ever.
    case 'configuration':
      return { ...tryAgain(), pauses: true };
    case 'transient': {
      if (hints.scope === 'dispatch') return tryAgain();
      const until = now + (hints.retryAfterMs || backoff(retry, 1, chance));
      const { scope } = hints;
      const defer: Deferral = { scope, ...(scope === 'address' && { address: claim.address }), until, error };
      return { settlement: release(claim, until), defer, ...sessionLost };
    }
  }
}

/**
 * Decides the result of a claim that a stop cut off. It is given back when the messenger says that nothing
 * was sent. Returns undefined when it ends as it would without a stop. An error without a kind may have
 * come after the send.
 */
export function settleCutOff(claim: Claim, thrown: unknown, now: number): Verdict | undefined {
  if (readField(thrown, 'kind') !== 'transient' || readHints(thrown).scope !== 'dispatch') return undefined;
  return { settlement: release(claim, now) };
}

/** Gives a claim back, as if it had not been claimed. */
export function release(claim: Claim, dueAt: number): DispatchSettlement {
  return { id: claim.id, status: 'released', dueAt };
}

interface Hints {
  readonly retryAfterMs: number;
  readonly scope: TransientScope;
  readonly sessionLost: boolean;
  readonly recipientGone: boolean;
}

/** Reads fields by name and not by class, because the error may come from another copy of this package. */
function readHints(thrown: unknown): Hints {
  const scope = readField(thrown, 'scope');
  return {
    retryAfterMs: askedWait(readField(thrown, 'retryAfterMs')) ?? 0,
    scope: scope === 'address' || scope === 'messenger' ? scope : 'dispatch',
    sessionLost: readField(thrown, 'sessionLost') === true,
    recipientGone: readField(thrown, 'recipientGone') === true,
  };
}
