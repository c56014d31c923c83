import { ConfigurationError, PermanentError, TransientError, UnknownOutcomeError } from '@sitemessage/core';

/** What the Graph API says instead of a result: https://developers.facebook.com/docs/graph-api/guides/error-handling. */
export interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly subcode?: number | undefined;
  /** All that it says, for whoever reads the error. Without a secret. */
  readonly words: string;
  /** It says itself that the same may work later. */
  readonly isTransient: boolean;
  /** What to wait for when it has been asked too often, in milliseconds. */
  readonly waitMs: number;
}

/** The page, the app or its user has used up a quota: https://developers.facebook.com/docs/graph-api/overview/rate-limiting#error-codes. */
const tooOften: readonly number[] = [4, 17, 32, 341, 613, 80_001];
/** Facebook does not know itself what happened. */
const unknown: readonly number[] = [1, 2];
/** Facebook has blocked what was done for breaking its rules; whoever goes on asking stays blocked. */
const blocked = 368;
const blockMs = 60 * 60_000;
/**
 * Tokens (102, 190), the app (3, 101, 104), the addresses that its settings allow (5), the version (12, 2500, 2635), or a block by
 * Facebook (368). Nothing of it is about a message.
 */
const configuration: readonly number[] = [3, 5, 12, 101, 102, 104, 190, 368, 2_500, 2_635];
/** The page's permissions; 200 to 299 as well. */
const permission: readonly number[] = [10, 283];
/** With 100 and with 1, which mean many things: it is the secret of the app that is wrong or missing. */
const aboutTheSecret = /appsecret_proof|client secret/i;

/** What to do about a token, by the subcode: https://developers.facebook.com/docs/graph-api/guides/error-handling#authentication-error-subcodes. */
const tokenHints: Readonly<Record<number, string>> = {
  458: 'the person has removed the app: log in again',
  459: 'the person has to log in at facebook.com first',
  460: 'the person has changed the password: get a new token',
  463: 'the token has expired: get a new one',
  464: 'the person has to confirm the account at facebook.com first',
  467: 'the token is no longer valid: get a new one',
  492: 'the person has no role on the page any more',
};

/**
 * The error that says what to do next. `isForeign`: what was asked for is not the page whose token it is, so that it says nothing about the
 * token that this one may not be touched.
 */
export function errorFor({ status, code, subcode, words, isTransient, waitMs }: Refusal, isForeign: boolean): Error {
  const hint = code === 190 || code === 102 ? tokenHints[subcode ?? 0] : undefined;
  const message = `Facebook answered ${code}${subcode === undefined ? '' : `.${subcode}`}: ${words}${hint === undefined ? '' : ` (${hint})`}`;
  const options = { code: `fb_${code < 0 ? `minus_${-code}` : code}` };
  // What is used up is shared by all that goes through this messenger, also when Facebook calls it transient, as it does with 4.
  if (tooOften.includes(code) || status === 429)
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
    return new PermanentError(`${message}. After an attempt of unknown outcome it means that the post is on the page.`, options);
  }
  if (status >= 500) return new UnknownOutcomeError(message, options);
  return new PermanentError(message, options);
}
