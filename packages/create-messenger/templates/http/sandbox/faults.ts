import type { Fault } from '@sitemessage/core/testing';

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text is sent as it is, everything else as JSON. Default: nothing. */
  readonly body?: unknown;
}

/**
 * What the provider answers for a fault of the messenger contract; undefined when it drops the line. It repeats the token, as providers do.
 *
 * CHANGE: what yours says. Take it from the documentation, or better from what it has answered.
 */
export function replyFor({ kind, scope, retryAfterMs }: Pick<Fault, 'kind' | 'scope' | 'retryAfterMs'>, token: string): Reply | undefined {
  const headers = retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) };
  const say = (status: number, error: string): Reply => ({ status, headers, body: { error, message: `${error}, with ${token}` } });
  if (kind === 'unknown') return undefined;
  if (kind === 'permanent') return say(404, 'unknown_recipient');
  if (kind === 'configuration') return say(401, 'unauthorized');
  if (scope === 'address') return say(429, 'recipient_limit');
  return scope === 'messenger' ? say(429, 'limit') : say(503, 'unavailable');
}
