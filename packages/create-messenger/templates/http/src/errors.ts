import { ConfigurationError, PermanentError, TransientError, UnknownOutcomeError } from '@sitemessage/core';

/** A reply without an id. */
export interface Refusal {
  readonly status: number;
  /** The API's word for the error. Undefined when another server answered, such as a gateway. */
  readonly code: string | undefined;
  /** A text for people, without secrets. */
  readonly words: string;
  /** The time to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
}

/**
 * Returns the error for a reply. Its class tells core what to do next:
 *
 * - `TransientError`: the same message can succeed later.
 * - `PermanentError`: it can never succeed.
 * - `ConfigurationError`: somebody has to change something first.
 * - `UnknownOutcomeError`: nobody can know if the message was sent.
 *
 * CHANGE: the codes of your provider. Give none of them a wider meaning than it has.
 */
export function errorFor({ status, code, words, retryAfterMs }: Refusal): Error {
  const message = `The provider answered ${status}${words === '' ? '.' : `: ${words}`}`;
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  switch (code) {
    case 'unauthorized':
      return new ConfigurationError(message, { code: 'my_protocol_token' });
    case 'unknown_recipient':
      // `recipientGone` suppresses the address.
      return new PermanentError(message, { code: 'my_protocol_unknown_recipient', recipientGone: true });
    case 'recipient_limit':
      return new TransientError(message, { code: 'my_protocol_recipient_limit', scope: 'address', ...wait });
  }
  // The limit is for the whole account. With this scope, all its messages wait, and no attempt is used.
  if (status === 429) return new TransientError(message, { code: 'my_protocol_limit', scope: 'messenger', ...wait });
  // A gateway got no reply from the API, which may have sent the message. A success without an id says no
  // more.
  if (status === 502 || status === 504 || status < 300) return new UnknownOutcomeError(message, { code: 'my_protocol_unreadable' });
  if (status >= 500 || status === 408) return new TransientError(message, { code: 'my_protocol_unavailable', ...wait });
  // A redirect or the page of a firewall: the server is not the API.
  if (code === undefined) return new ConfigurationError(message, { code: 'my_protocol_gateway' });
  return new PermanentError(message, { code: 'my_protocol_refused' });
}
