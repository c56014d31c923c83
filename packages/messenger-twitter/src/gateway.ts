import { ConfigurationError, PermanentError, TransientError, UnknownOutcomeError } from '@sitemessage/core';
import { waitFor } from './rate-limits.ts';

/**
 * What a reply means that is none of X's API: it comes from somebody on the way, or from an X in trouble. `words`: what it said, without a
 * secret.
 */
export function gatewayError({ status, headers }: Response, words: string): Error {
  const message = `X answered ${status} with what is no reply of its API${words === '' ? '.' : `: ${words}`}`;
  if (status === 429) {
    return new TransientError(message, { code: 'twitter_rate_limited', scope: 'messenger', retryAfterMs: waitFor(headers) });
  }
  // The request did not come in whole, not at a good time, or was turned away for want of room.
  if (status === 408 || status === 425 || status === 503) return new TransientError(message, { code: 'twitter_unavailable' });
  // Whoever has trouble may have had it after the post was there.
  if (status < 300 || status >= 500) return new UnknownOutcomeError(message, { code: 'twitter_unreadable' });
  if (status === 413) return new PermanentError(message, { code: 'twitter_media' });
  // Also a redirection: whoever is there is not X.
  return new ConfigurationError(message, { code: 'twitter_gateway' });
}
