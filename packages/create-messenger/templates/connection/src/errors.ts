import { ConfigurationError, PermanentError, TransientError } from '@sitemessage/core';

/** What the server says instead of an id. */
export interface Refusal {
  /** Its own word for it. */
  readonly error: string;
  /** For people. */
  readonly message?: string;
  /** Seconds. */
  readonly retryAfter?: number;
}

/**
 * The error that says what to do next. Ask of each reply: may it work later (`TransientError`), never (`PermanentError`), or when somebody
 * has changed something (`ConfigurationError`)? What has no reply at all is an `UnknownOutcomeError`, which the session throws.
 *
 * CHANGE: the words of your provider. What it says should never get a wider meaning than it has.
 *
 * @param hide takes secrets out of what the server says, which may repeat them.
 */
export function errorFor({ error, message = '', retryAfter }: Refusal, hide: (words: string) => string): Error {
  const words = hide(`The server answered "${error}"${message === '' ? '' : `: ${message}`}`).slice(0, 300);
  const wait = typeof retryAfter === 'number' ? { retryAfterMs: retryAfter * 1_000 } : {};
  switch (error) {
    case 'unauthorized':
      return new ConfigurationError(words, { code: 'my_protocol_token' });
    case 'unknown_recipient':
      // There is nobody any more: the application may forget the address.
      return new PermanentError(words, { code: 'my_protocol_unknown_recipient', recipientGone: true });
    case 'recipient_limit':
      return new TransientError(words, { code: 'my_protocol_recipient_limit', scope: 'address', ...wait });
    case 'limit':
      // It concerns all who send with this account: no attempt is used up.
      return new TransientError(words, { code: 'my_protocol_limit', scope: 'messenger', ...wait });
    case 'unavailable':
      return new TransientError(words, { code: 'my_protocol_unavailable', ...wait });
    default:
      return new PermanentError(words, { code: 'my_protocol_refused' });
  }
}

/** Nothing was sent, and the session is of no use any more: core opens another. */
export const connectionError = (words: string): TransientError =>
  new TransientError(`Nothing was sent: ${words}.`, { code: 'my_protocol_connection', sessionLost: true });
