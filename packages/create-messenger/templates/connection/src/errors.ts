import { ConfigurationError, PermanentError, TransientError, UnknownOutcomeError } from '@sitemessage/core';

/** A reply with an error in place of an id. */
export interface Refusal {
  /** The server's word for the error. */
  readonly error: string;
  /** A text for people. */
  readonly message?: string;
  /** The time to wait, in seconds. */
  readonly retryAfter?: number;
}

/** Removes secrets from a text of the server, which can repeat them. */
type Hide = (words: string) => string;

/**
 * Returns the error for a reply. Its class tells core what to do next:
 *
 * - `TransientError`: the same message can succeed later.
 * - `PermanentError`: it can never succeed.
 * - `ConfigurationError`: somebody has to change something first.
 *
 * A message without a reply is an `UnknownOutcomeError`: see `noReply` and `interrupted`.
 *
 * CHANGE: the errors of your provider. Give none of them a wider meaning than it has.
 */
export function errorFor({ error, message = '', retryAfter }: Refusal, hide: Hide): Error {
  const words = hide(`The server answered "${error}"${message === '' ? '' : `: ${message}`}`).slice(0, 300);
  const wait = typeof retryAfter === 'number' ? { retryAfterMs: retryAfter * 1_000 } : {};
  switch (error) {
    case 'unauthorized':
      return new ConfigurationError(words, { code: 'my_protocol_token' });
    case 'unknown_recipient':
      // `recipientGone` suppresses the address.
      return new PermanentError(words, { code: 'my_protocol_unknown_recipient', recipientGone: true });
    case 'recipient_limit':
      return new TransientError(words, { code: 'my_protocol_recipient_limit', scope: 'address', ...wait });
    case 'limit':
      // The limit is for the whole account. With this scope, all its messages wait, and no attempt is used.
      return new TransientError(words, { code: 'my_protocol_limit', scope: 'messenger', ...wait });
    case 'unavailable':
      return new TransientError(words, { code: 'my_protocol_unavailable', ...wait });
    default:
      return new PermanentError(words, { code: 'my_protocol_refused' });
  }
}

/**
 * The codes of Node for a certificate that is not trusted:
 * https://nodejs.org/api/tls.html#x509-certificate-error-codes.
 */
const certificateCode =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

/** Returns the error for a connection that cannot be opened. */
export function openingError(error: Error & { readonly code?: unknown }, hide: Hide): Error {
  const words = hide(error.message);
  if (!certificateCode.test(String(error.code))) return connectionError(words);
  return new ConfigurationError(`Nothing was sent. The certificate of the server is not trusted: ${words}.`, {
    code: 'my_protocol_certificate',
  });
}

/** Returns the error for a connection that ended before a message was written. Core opens another session. */
export const connectionError = (words: string): TransientError =>
  new TransientError(`Nothing was sent: ${words}.`, { code: 'my_protocol_connection', sessionLost: true });

/** Returns the error for a message that was aborted before its reply. The session goes on. */
export const noReply = (): UnknownOutcomeError =>
  new UnknownOutcomeError('The message was written, and aborted before the reply.', { code: 'my_protocol_no_reply' });

/** Returns the error for a message whose connection ended before its reply. Core opens another session. */
export const interrupted = (): UnknownOutcomeError =>
  new UnknownOutcomeError('The message was written, and the connection ended before the reply.', {
    code: 'my_protocol_interrupted',
    sessionLost: true,
  });
