import { ConfigurationError, PermanentError, type Redactor, TransientError, UnknownOutcomeError } from '@sitemessage/core';
import { retryAfter } from './retry-after.ts';

/** Of a request that asks for the wrong thing at the wrong place: the address or the token is not what it should be. */
const refusals: readonly number[] = [401, 403, 407];
/** Somebody between here and the server heard nothing from it: it may have done what it was asked. */
const gateways: readonly number[] = [502, 504];
const longestShown = 300;

/**
 * What an HTTP status says about a message, where a provider's own reply says no more (RFC 9110, 15): 401, 403 and every 3xx are a
 * `ConfigurationError`, 429 holds for the whole messenger, 502 and 504 are of unknown outcome, 408, 425 and every other 5xx may work later,
 * and the rest never will.
 */
export function statusError({ status, headers }: Response, body: unknown, redactor: Redactor): Error {
  const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? '');
  const message = `The server answered ${status}${text === '' ? '' : `: ${excerpt(text, redactor)}`}`;
  const code = `http_${status}`;
  const retryAfterMs = retryAfter(headers);
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  // A provider's API does not redirect: it is elsewhere now, or somebody else answers, say the login page of a network.
  if (refusals.includes(status) || (status >= 300 && status < 400)) return new ConfigurationError(message, { code });
  if (status === 429) return new TransientError(message, { code, scope: 'messenger', ...wait });
  if (gateways.includes(status)) return new UnknownOutcomeError(message, { code });
  if (status >= 500 || status === 408 || status === 425) return new TransientError(message, { code, ...wait });
  return new PermanentError(message, { code });
}

/** Of a reply that should be JSON and is not, such as the page of a gateway: its status says more, unless that is a good one. */
export function unreadable(response: Response, text: string, redactor: Redactor): Error {
  if (!response.ok) return statusError(response, text, redactor);
  return new UnknownOutcomeError(`The reply is no JSON: ${excerpt(text, redactor)}`, { code: 'http_unreadable' });
}

/** Cut after what is secret is out of it: half of a token is no longer known for one. */
export const excerpt = (text: string, redactor: Redactor): string => redactor.text(text).slice(0, longestShown);
