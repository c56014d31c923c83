import { ConfigurationError, PermanentError, TransientError, UnknownOutcomeError } from '@sitemessage/core';
import { retryAfter } from '@sitemessage/http';
import { unnamedWaitMs } from './usage.ts';

/** An error reply of the Graph API: https://developers.facebook.com/docs/graph-api/guides/error-handling. */
export interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly subcode?: number | undefined;
  /** All the words of the reply, without secrets. */
  readonly words: string;
  /** True when Facebook itself calls the error transient. */
  readonly isTransient: boolean;
  /** The time to wait if this is a rate limit, in milliseconds. */
  readonly waitMs: number;
}

/**
 * Rate limits of the page, the app or its user:
 * https://developers.facebook.com/docs/graph-api/overview/rate-limiting#error-codes.
 */
const rateLimits: readonly number[] = [4, 17, 32, 341, 613, 80_001];
/** Facebook itself does not know the outcome. */
const unknown: readonly number[] = [1, 2];
/** Facebook has blocked the page or the app for breaking its rules. More requests prolong the block. */
const blocked = 368;
const blockMs = 60 * 60_000;
/**
 * Errors that no message causes: the token (102, 190), the app (3, 101, 104), the IP addresses that its
 * settings allow (5), the version (12, 2500, 2635), or a block by Facebook (368).
 */
const configuration: readonly number[] = [3, 5, 12, 101, 102, 104, 190, 368, 2_500, 2_635];
/** Missing permissions. The numbers from 200 to 299 mean the same. */
const permission: readonly number[] = [10, 283];
/** The words for a wrong or missing secret of the app. Their numbers, 1 and 100, mean many things. */
const aboutTheSecret = /appsecret_proof|client secret/i;

/**
 * Hints for token errors, by subcode:
 * https://developers.facebook.com/docs/graph-api/guides/error-handling#authentication-error-subcodes.
 */
const tokenHints: Readonly<Record<number, string>> = {
  458: 'the person has removed the app. Have them log in again',
  459: 'the person must log in at facebook.com first',
  460: 'the person has changed the password. Get a new token',
  463: 'the token has expired. Get a new one',
  464: 'the person must confirm the account at facebook.com first',
  467: 'the token is no longer valid. Get a new one',
  492: 'the person has lost the role on the page',
};

/**
 * Returns the error for a refusal. `isForeign`: the request was for another page than that of the token. Then
 * a missing permission says nothing about the token.
 */
export function errorFor({ status, code, subcode, words, isTransient, waitMs }: Refusal, isForeign: boolean): Error {
  const hint = code === 190 || code === 102 ? tokenHints[subcode ?? 0] : undefined;
  const message = `Facebook answered ${code}${subcode === undefined ? '' : `.${subcode}`}: ${words}${hint === undefined ? '' : ` (${hint})`}`;
  const options = { code: `fb_${code < 0 ? `minus_${-code}` : code}` };
  // The whole messenger shares the quota. This comes first, because Facebook calls some rate limits
  // transient, for example 4.
  if (rateLimits.includes(code) || status === 429)
    return new TransientError(message, { ...options, scope: 'messenger', retryAfterMs: waitMs });
  if (isTransient) return new TransientError(message, options);
  if (aboutTheSecret.test(words)) return new ConfigurationError(message, options);
  if (unknown.includes(code)) return new UnknownOutcomeError(message, options);
  if (configuration.includes(code))
    return new ConfigurationError(message, { ...options, ...(code === blocked && { retryAfterMs: blockMs }) });
  if (permission.includes(code) || (code >= 200 && code <= 299)) {
    return isForeign ? new PermanentError(message, options) : new ConfigurationError(message, options);
  }
  if (code === 506) {
    return new PermanentError(`${message}. If the outcome of an earlier attempt is unknown, the post is on the page.`, options);
  }
  if (status >= 500) return new UnknownOutcomeError(message, options);
  return new PermanentError(message, options);
}

/**
 * Returns the error for a reply that is not from the Graph API: a gateway on the way sent it, or Facebook in
 * an outage. `words` is the text of the reply, without secrets.
 */
export function gatewayError({ status, headers }: Response, words: string): Error {
  const message = `Facebook answered ${status}, but not with a reply of the Graph API${words === '' ? '.' : `: ${words}`}`;
  if (status === 429) {
    const retryAfterMs = retryAfter(headers) ?? unnamedWaitMs;
    return new TransientError(message, { code: 'fb_rate_limited', scope: 'messenger', retryAfterMs });
  }
  // A server that fails may have created the post before.
  if (status < 300 || status >= 500) return new UnknownOutcomeError(message, { code: 'fb_unreadable' });
  // The request was incomplete or too early.
  if (status === 408 || status === 425) return new TransientError(message, { code: 'fb_unavailable' });
  if (status === 413) return new PermanentError(message, { code: 'fb_too_long' });
  // Also a redirect: the server at this place is not the Graph API.
  return new ConfigurationError(message, { code: 'fb_gateway' });
}
