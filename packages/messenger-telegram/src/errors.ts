import { ConfigurationError, PermanentError, TransientError, UnknownOutcomeError } from '@sitemessage/core';
import { retryAfter } from '@sitemessage/http';

/** An error reply of the Bot API: https://core.telegram.org/bots/api#making-requests, #responseparameters. */
export interface Refusal {
  readonly status: number;
  /** The words of the reply, without secrets. */
  readonly description: string;
  /** The time to wait in milliseconds, from the fields for it. A number in the description does not count. */
  readonly retryAfterMs?: number | undefined;
  /** The id of the supergroup that the group became. */
  readonly movedTo?: number | undefined;
}

interface Meaning {
  readonly says: RegExp;
  readonly code: string;
  /** True when the recipient is gone, or has blocked this bot. */
  readonly isGone?: true;
}

/**
 * Telegram's codes for a frozen, restricted, deleted or logged-out account of the bot:
 * https://core.telegram.org/api/errors. The whole description must match, because it can quote a link of the
 * message.
 */
const aboutTheAccount =
  /^(\w+( \w+)*: )?(FROZEN_\w+|USER_(DEACTIVATED(_BAN)?|RESTRICTED)|PEER_FLOOD|(AUTH_KEY|SESSION|ACCESS_TOKEN|API_ID)_\w+)$/;

/**
 * The Bot API's numbers only name kinds of errors, so the words tell errors apart. They come from its server
 * and from TDLib (https://github.com/tdlib/telegram-bot-api, https://github.com/tdlib/td), or in capitals
 * from Telegram. The first match counts. The first two stand first because their descriptions quote the
 * message, whose words could match another row.
 */
const refusals: readonly Meaning[] = [
  { says: /can't parse entities|entit(y|ies)_/i, code: 'telegram_markup' },
  { says: /button|reply.markup|inline keyboard/i, code: 'telegram_buttons' },
  { says: /bot was blocked|bot was kicked|USER_IS_BLOCKED/i, code: 'telegram_blocked', isGone: true },
  {
    says: /chat not found|peer_id_invalid|user is deactivated|chat was (deleted|deactivated)|INPUT_USER_DEACTIVATED|USER_DELETED/i,
    code: 'telegram_chat_not_found',
    isGone: true,
  },
  { says: /can't initiate conversation/i, code: 'telegram_not_started' },
  {
    says: /not a member|not enough rights|no rights|need administrator rights|messages to (the )?bot/i,
    code: 'telegram_forbidden',
  },
  {
    says: /CHAT_\w*FORBIDDEN|CHAT_(ADMIN_REQUIRED|RESTRICTED)|CHANNEL_PRIVATE|PRIVACY_PREMIUM_REQUIRED|ALLOW_PAYMENT_REQUIRED/i,
    code: 'telegram_forbidden',
  },
  { says: /message thread not found|topic_(closed|deleted|id_invalid)/i, code: 'telegram_topic' },
  { says: /text is empty|(text|message) must be non-empty|MESSAGE_EMPTY/i, code: 'telegram_empty' },
  { says: /(message|caption|text)( is |_)too( |_)long/i, code: 'telegram_too_long' },
  {
    says: /file.identifier|file_id|file is too big|http url|web ?page|upload file|\bphoto\b|PHOTO_|IMAGE_|MEDIA_|FILE_/i,
    code: 'telegram_photo',
  },
];

/** Returns the error for a refusal. */
export function errorFor({ status, description, retryAfterMs, movedTo }: Refusal): Error {
  const message = `Telegram answered ${status}: ${description}`;
  if (status === 429) return rateLimited(message, retryAfterMs);
  if (/immediately deleted/i.test(description)) return new UnknownOutcomeError(message, { code: 'telegram_deleted' });
  if (aboutTheAccount.test(description)) return new ConfigurationError(message, { code: 'telegram_account' });
  if (status >= 500) return new TransientError(message, { code: 'telegram_unavailable' });
  if (status === 421 || /logged out/i.test(description)) return new ConfigurationError(message, { code: 'telegram_server' });
  if (status === 401 || status === 404) return new ConfigurationError(message, { code: 'telegram_token' });
  if (status === 409) {
    const hint = 'Only one program may fetch updates, and none while a webhook is set.';
    return new ConfigurationError(`${message}. ${hint}`, { code: 'telegram_conflict' });
  }
  if (movedTo !== undefined) return new PermanentError(message, { code: 'telegram_moved' });
  const { code, isGone = false } = refusals.find(({ says }) => says.test(description)) ?? { code: 'telegram_refused' };
  return new PermanentError(message, { code, recipientGone: isGone });
}

/** During a rate limit, Telegram refuses the bot for every recipient. */
function rateLimited(message: string, retryAfterMs: number | undefined): TransientError {
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  return new TransientError(message, { code: 'telegram_rate_limited', scope: 'messenger', ...wait });
}

/**
 * The statuses of a gateway that got no reply from the Bot API behind it. The API may have sent the message.
 */
const unanswered: readonly number[] = [502, 504];

/**
 * Returns the error for a reply of a gateway or a load balancer. `words` is the text of the reply, without
 * secrets.
 */
export function gatewayError({ status, headers }: Response, words: string): Error {
  const message = `Telegram answered ${status}, but not with a reply of the Bot API${words === '' ? '.' : `: ${words}`}`;
  if (status === 429) return rateLimited(message, retryAfter(headers));
  if (status < 300 || unanswered.includes(status)) return new UnknownOutcomeError(message, { code: 'telegram_unreadable' });
  if (status >= 500 || status === 408 || status === 425) return new TransientError(message, { code: 'telegram_unavailable' });
  if (status === 413) return new PermanentError(message, { code: 'telegram_photo' });
  // Also a redirect: the server at this place is not the Bot API.
  return new ConfigurationError(message, { code: 'telegram_gateway' });
}
