import { ConfigurationError, PermanentError, TransientError, UnknownOutcomeError } from '@sitemessage/core';
import { retryAfter } from '@sitemessage/http';
import { rateLimited } from './errors.ts';

/** A gateway that heard nothing from the Bot API behind it, which may have sent the message. */
const unanswered: readonly number[] = [502, 504];

/** The error for a reply that is not the Bot API's, but that of a gateway or a load balancer. `words`: its text, without a secret. */
export function gatewayError({ status, headers }: Response, words: string): Error {
  const message = `Telegram answered ${status} with what is no reply of the Bot API${words === '' ? '.' : `: ${words}`}`;
  if (status === 429) return rateLimited(message, retryAfter(headers));
  if (status < 300 || unanswered.includes(status)) return new UnknownOutcomeError(message, { code: 'telegram_unreadable' });
  if (status >= 500 || status === 408 || status === 425) return new TransientError(message, { code: 'telegram_unavailable' });
  if (status === 413) return new PermanentError(message, { code: 'telegram_photo' });
  // Also a redirection: the server there is not the Bot API.
  return new ConfigurationError(message, { code: 'telegram_gateway' });
}
