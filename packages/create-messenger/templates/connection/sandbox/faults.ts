import type { Fault } from '@sitemessage/core/testing';

export interface Refusal {
  readonly error: string;
  readonly message?: string;
  /** Seconds. */
  readonly retryAfter?: number;
}

/**
 * What the provider answers for a fault of the messenger contract; undefined when it drops the line. It repeats the token, as providers do.
 *
 * CHANGE: what yours says. Take it from the documentation, or better from what it has answered.
 */
export function refusalFor(
  { kind, scope, retryAfterMs }: Pick<Fault, 'kind' | 'scope' | 'retryAfterMs'>,
  token: string,
): Refusal | undefined {
  const wait = retryAfterMs === undefined ? {} : { retryAfter: Math.ceil(retryAfterMs / 1_000) };
  const say = (error: string): Refusal => ({ error, message: `${error}, with ${token}`, ...wait });
  if (kind === 'unknown') return undefined;
  if (kind === 'permanent') return say('unknown_recipient');
  if (kind === 'configuration') return say('unauthorized');
  if (scope === 'address') return say('recipient_limit');
  return say(scope === 'messenger' ? 'limit' : 'unavailable');
}
