import { ConfigurationError, PermanentError, TransientError, UnknownOutcomeError } from '@sitemessage/core';

/** What the provider answered instead of an id. */
export interface Refusal {
  readonly status: number;
  /** The API's own word for it. None when somebody on the way answered, such as a gateway. */
  readonly code: string | undefined;
  /** For people. Without a secret. */
  readonly words: string;
  /** What it asks for, in milliseconds. */
  readonly retryAfterMs: number | undefined;
}

/**
 * The error that says what to do next. Ask of each reply: may it work later (`TransientError`), never (`PermanentError`), or when somebody
 * has changed something (`ConfigurationError`)? Or does nobody know whether the message was sent (`UnknownOutcomeError`)?
 *
 * CHANGE: the words of your provider's API. What it says should never get a wider meaning than it has.
 */
export function errorFor({ status, code, words, retryAfterMs }: Refusal): Error {
  const message = `The provider answered ${status}${words === '' ? '' : `: ${words}`}`;
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  switch (code) {
    case 'unauthorized':
      return new ConfigurationError(message, { code: 'pigeon_post_token' });
    case 'unknown_recipient':
      // There is nobody any more: the application may forget the address.
      return new PermanentError(message, { code: 'pigeon_post_unknown_recipient', recipientGone: true });
    case 'recipient_limit':
      return new TransientError(message, { code: 'pigeon_post_recipient_limit', scope: 'address', ...wait });
  }
  // A limit concerns all who send with this account: no attempt is used up.
  if (status === 429) return new TransientError(message, { code: 'pigeon_post_limit', scope: 'messenger', ...wait });
  // A gateway heard nothing from the API behind it, which may have done what it was asked; a good status without an id says no more.
  if (status === 502 || status === 504 || status < 300) return new UnknownOutcomeError(message, { code: 'pigeon_post_unreadable' });
  if (status >= 500 || status === 408) return new TransientError(message, { code: 'pigeon_post_unavailable', ...wait });
  // Whoever answers is not the API: a redirection, or the page of a firewall.
  if (code === undefined) return new ConfigurationError(message, { code: 'pigeon_post_gateway' });
  return new PermanentError(message, { code: 'pigeon_post_refused' });
}
