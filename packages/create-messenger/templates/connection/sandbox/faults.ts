import type { Fault } from '@sitemessage/core/testing';

/** An error of the provider. */
export interface Refusal {
  readonly error: string;
  readonly message?: string;
  /** The time to wait, in seconds. */
  readonly retryAfter?: number;
}

/**
 * Returns the provider's error for a fault of the messenger contract. Undefined: the connection breaks. The
 * error repeats the token, as errors of providers do.
 *
 * CHANGE: the errors of your provider. Take them from its documentation, or better from real replies.
 */
export function refusalFor(
  { kind, scope, retryAfterMs }: Pick<Fault, 'kind' | 'scope' | 'retryAfterMs'>,
  token: string,
): Refusal | undefined {
  const wait = retryAfterMs === undefined ? {} : { retryAfter: Math.ceil(retryAfterMs / 1_000) };
  const refuse = (error: string): Refusal => ({ error, message: `${error}, with ${token}`, ...wait });
  if (kind === 'unknown') return undefined;
  if (kind === 'permanent') return refuse('unknown_recipient');
  if (kind === 'configuration') return refuse('unauthorized');
  if (scope === 'address') return refuse('recipient_limit');
  return refuse(scope === 'messenger' ? 'limit' : 'unavailable');
}
