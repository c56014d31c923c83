import { ConfigurationError, PermanentError, TransientError, UnknownOutcomeError } from '@sitemessage/core';

/** What the Bot API says instead of a result: https://core.telegram.org/bots/api#making-requests, #responseparameters. */
export interface Refusal {
  readonly error_code: number;
  readonly description: string;
  readonly parameters?: { readonly retry_after?: number; readonly migrate_to_chat_id?: number };
}

interface Meaning {
  readonly says: RegExp;
  readonly code: string;
  /** Nobody is there any more, or wants to hear from this bot. */
  readonly isGone?: true;
}

/** The Bot API has numbers for kinds of errors only. What exactly it was is in the words; the first that fits counts. */
const refusals: readonly Meaning[] = [
  { says: /bot was blocked|bot was kicked/i, code: 'telegram_blocked', isGone: true },
  { says: /chat not found|peer_id_invalid|user is deactivated|chat was deleted/i, code: 'telegram_chat_not_found', isGone: true },
  { says: /can't initiate conversation/i, code: 'telegram_not_started' },
  {
    says: /not a member|not enough rights|no rights|chat_write_forbidden|chat_admin_required|messages to bots/i,
    code: 'telegram_forbidden',
  },
  { says: /message thread not found|topic_closed/i, code: 'telegram_topic' },
  { says: /can't parse entities/i, code: 'telegram_markup' },
  { says: /text is empty/i, code: 'telegram_empty' },
  { says: /(message|caption) is too long/i, code: 'telegram_too_long' },
  { says: /button_/i, code: 'telegram_buttons' },
  { says: /wrong file identifier|http url specified/i, code: 'telegram_photo' },
];

/** The error that says what to do next. Without a secret: `description` holds none. */
export function errorFor({ error_code: status, description, parameters }: Refusal): Error {
  const message = `Telegram answered ${status}: ${description}`;
  if (status === 429) return rateLimited(message, parameters?.retry_after);
  if (/immediately deleted/i.test(description)) return new UnknownOutcomeError(message, { code: 'telegram_deleted' });
  if (status >= 500) return new TransientError(message, { code: 'telegram_unavailable' });
  if (status === 421 || /logged out/i.test(description)) return new ConfigurationError(message, { code: 'telegram_server' });
  if (status === 401 || status === 404) return new ConfigurationError(message, { code: 'telegram_token' });
  if (status === 409) {
    const hint = 'Only one may ask for updates, and nobody while a webhook is set.';
    return new ConfigurationError(`${message}. ${hint}`, { code: 'telegram_conflict' });
  }
  if (parameters?.migrate_to_chat_id !== undefined) return new PermanentError(message, { code: 'telegram_moved' });
  const { code, isGone = false } = refusals.find(({ says }) => says.test(description)) ?? { code: 'telegram_refused' };
  return new PermanentError(message, { code, recipientGone: isGone });
}

/** While it lasts the whole bot is refused, whoever it writes to. */
export function rateLimited(message: string, seconds: number | undefined): TransientError {
  const wait = seconds === undefined ? {} : { retryAfterMs: seconds * 1_000 };
  return new TransientError(message, { code: 'telegram_rate_limited', scope: 'messenger', ...wait });
}
