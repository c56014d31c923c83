import { ConfigurationError, PermanentError, TransientError, UnknownOutcomeError } from '@sitemessage/core';
import { retryAfter } from '@sitemessage/http';
import { unnamedWaitMs } from './usage.ts';

/**
 * What a reply means that is none of the Graph API: it comes from somebody on the way, or from a Facebook in trouble. `words`: what it said,
 * without a secret.
 */
export function gatewayError({ status, headers }: Response, words: string): Error {
  const message = `Facebook answered ${status} with what is no reply of the Graph API${words === '' ? '.' : `: ${words}`}`;
  if (status === 429) {
    const retryAfterMs = retryAfter(headers) ?? unnamedWaitMs;
    return new TransientError(message, { code: 'fb_rate_limited', scope: 'messenger', retryAfterMs });
  }
  // Whoever has trouble may have had it after the post was there.
  if (status < 300 || status >= 500) return new UnknownOutcomeError(message, { code: 'fb_unreadable' });
  // The request did not come in whole, or not at a good time.
  if (status === 408 || status === 425) return new TransientError(message, { code: 'fb_unavailable' });
  if (status === 413) return new PermanentError(message, { code: 'fb_too_long' });
  // Also a redirection: whoever is there is not the Graph API.
  return new ConfigurationError(message, { code: 'fb_gateway' });
}
