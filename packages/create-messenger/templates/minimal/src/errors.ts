import { ConfigurationError, PermanentError, TransientError, UnknownOutcomeError } from '@sitemessage/core';

/** Returns the error for a reply. CHANGE: the statuses of your provider. */
export function errorFor({ status, headers }: Response): Error {
  const message = `The provider answered ${status}.`;
  if (status === 401) return new ConfigurationError(message, { code: 'my_protocol_token' });
  // The server is not the API: the reply says nothing about the recipient.
  if (status < 400 || status === 404 || status === 405) return new ConfigurationError(message, { code: 'my_protocol_gateway' });
  if (status === 429) {
    const seconds = Number(headers.get('retry-after') ?? Number.NaN);
    return new TransientError(message, { code: 'my_protocol_limit', scope: 'messenger', retryAfterMs: seconds * 1_000 });
  }
  // A gateway got no reply from the API, which may have sent the message.
  if (status === 502 || status === 504) return new UnknownOutcomeError(message, { code: 'my_protocol_unreadable' });
  if (status >= 500) return new TransientError(message, { code: 'my_protocol_unavailable' });
  return new PermanentError(message, { code: 'my_protocol_refused', recipientGone: status === 410 });
}

/**
 * Returns the error for a request without a reply. Only a refused connection or an unknown host is sure to
 * have sent nothing.
 */
export function failureOf(error: unknown): Error {
  const { code } = ((error as { cause?: unknown }).cause ?? {}) as { code?: unknown };
  return code === 'ECONNREFUSED' || code === 'ENOTFOUND'
    ? new TransientError('The provider cannot be reached.', { code: 'my_protocol_connection' })
    : new UnknownOutcomeError('There was no reply.', { code: 'my_protocol_no_reply' });
}
