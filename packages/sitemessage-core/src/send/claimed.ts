import { PermanentError } from '../errors.ts';
import type { EventDispatch } from '../events.ts';
import type { AnyMessageType } from '../message/message-type.ts';
import { recipientOf } from '../recipient.ts';
import type { Runtime } from '../runtime.ts';
import type { Claim, MessageRecord } from '../storage/records.ts';

/** A dispatch under the token of its claim. */
export interface Leased {
  readonly token: string;
  /** The end of the lease on the monotonic clock. */
  readonly leaseEnd: number;
  readonly dispatch: EventDispatch;
}

/** A claim with everything that it takes to send it. */
export interface Claimed extends Leased {
  readonly claim: Claim;
  /** Returns the milliseconds of the lease that are left, by the clock that moved further. */
  leaseLeft(): number;
  readonly type: AnyMessageType;
  readonly message: MessageRecord;
  /**
   * True when it was claimed together with a dispatch whose lease was lost near a send: something may be
   * ending processes.
   */
  readonly followsLoss: boolean;
  /** True when it was claimed to find out whether the `render` of its type works again. */
  readonly isProbe: boolean;
  /**
   * Returns the context. It is parsed for the first dispatch that needs it, and shared by the others of its
   * claim, so it is frozen.
   *
   * @throws PermanentError `context_unreadable` when the stored context is no JSON. Only that dispatch
   * fails.
   */
  context(): unknown;
}

/** What all dispatches of one claim share. */
export interface Lease {
  readonly token: string;
  readonly leaseEnd: number;
  leaseLeft(): number;
}

/** A message of a claim, whose context is parsed once. */
export interface OpenedMessage {
  readonly message: MessageRecord;
  readonly type: AnyMessageType;
  context(): unknown;
}

/** Starts the lease of a claim that is about to be made. */
export function startLease(runtime: Runtime, leaseMs: number): Lease {
  const elapsed = startStopwatch(runtime);
  return { token: runtime.id(), leaseEnd: runtime.monotonic() + leaseMs, leaseLeft: () => leaseMs - elapsed() };
}

/**
 * Measures the time from now on, by the clock that moved further. The monotonic clock stands still while
 * the machine is suspended, and the wall clock may be set back. A lease is over as soon as one of them says
 * so.
 */
function startStopwatch({ now, monotonic }: Pick<Runtime, 'now' | 'monotonic'>): () => number {
  const wallStart = now();
  const start = monotonic();
  return () => Math.max(now() - wallStart, monotonic() - start);
}

export function openMessage(message: MessageRecord, type: AnyMessageType): OpenedMessage {
  return { message, type, context: lazily(() => readContext(message)) };
}

/** Describes a claim for events. */
export function dispatchOf(claim: Claim, type: string, messenger: string): EventDispatch {
  const { id, messageId, attempt } = claim;
  return { id, messageId, type, ...recipientOf({ ...claim, messenger }), attempt };
}

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
