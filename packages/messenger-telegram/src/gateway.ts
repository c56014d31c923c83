import { ConfigurationError, PermanentError, TransientError, UnknownOutcomeError } from '@sitemessage/core';
import { retryAfter } from '@sitemessage/http';
import { rateLimited } from './errors.ts';

/** They heard nothing from the Bot API behind them, which may have done what it was asked. */
const unanswered: readonly number[] = [502, 504];

/**
 * What a reply means that is none of the Bot API: it comes from somebody on the way, a gateway or a load balancer. `words`: what it said,
 * without a secret.
 */
export function gatewayError({ status, headers }: Response, words: string): Error {
  const message = `Telegram answered ${status} with what is no reply of the Bot API${words === '' ? '.' : `: ${words}`}`;
  const wait = retryAfter(headers);
  if (status === 429) return rateLimited(message, wait === undefined ? undefined : wait / 1_000);
  if (status < 300 || unanswered.includes(status)) return new UnknownOutcomeError(message, { code: 'telegram_unreadable' });
  if (status >= 500 || status === 408 || status === 425) return new TransientError(message, { code: 'telegram_unavailable' });
  if (status === 413) return new PermanentError(message, { code: 'telegram_photo' });
  // Also a redirection: whoever is there is not the Bot API.
  return new ConfigurationError(message, { code: 'telegram_gateway' });
}
