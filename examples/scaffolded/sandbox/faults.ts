import type { Fault } from '@sitemessage/core/testing';

/** A reply of the provider. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is, everything else as JSON. Default: an empty body. */
  readonly body?: unknown;
}

/**
 * Returns the provider's reply for a fault of the messenger contract. Undefined: the connection breaks. The
 * reply repeats the token, as replies of providers do.
 *
 * CHANGE: the replies of your provider. Take them from its documentation, or better from real replies.
 */
export function replyFor({ kind, scope, retryAfterMs }: Pick<Fault, 'kind' | 'scope' | 'retryAfterMs'>, token: string): Reply | undefined {
  const headers = retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) };
  const refuse = (status: number, error: string): Reply => ({ status, headers, body: { error, message: `${error}, with ${token}` } });
  if (kind === 'unknown') return undefined;
  if (kind === 'permanent') return refuse(404, 'unknown_recipient');
  if (kind === 'configuration') return refuse(401, 'unauthorized');
  if (scope === 'address') return refuse(429, 'recipient_limit');
  return scope === 'messenger' ? refuse(429, 'limit') : refuse(503, 'unavailable');
}
