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

/** The server is not who it should be: https://nodejs.org/api/tls.html#x509-certificate-error-codes. */
const certificateCode =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

/** Of a line that cannot be opened. */
export function openingError(error: Error & { readonly code?: unknown }, hide: (words: string) => string): Error {
  const words = hide(error.message);
  if (!certificateCode.test(String(error.code))) return connectionError(words);
  return new ConfigurationError(`Nothing was sent: the certificate of the server is not to be trusted: ${words}.`, {
    code: 'my_protocol_certificate',
  });
}

/** Nothing was sent, and the session is of no use any more: core opens another. */
export const connectionError = (words: string): TransientError =>
  new TransientError(`Nothing was sent: ${words}.`, { code: 'my_protocol_connection', sessionLost: true });
