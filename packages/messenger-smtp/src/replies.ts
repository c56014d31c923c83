import { ConfigurationError, PermanentError, type SitemessageError, TransientError } from '@sitemessage/core';

/** A reply of the server, and the command that it answers. */
export interface Reply {
  readonly code: number;
  /** The enhanced status code (RFC 3463): `5.1.1`. Empty when the server gives none. */
  readonly enhanced: string;
  readonly text: string;
  readonly command: 'CONN' | 'STARTTLS' | 'AUTH' | 'MAIL FROM' | 'RCPT TO' | 'DATA';
}

type Make = (message: string, code: string, cause: Error | undefined, reply: Reply) => SitemessageError;

interface Row {
  readonly code: string;
  readonly when: (reply: Reply) => boolean;
  readonly make: Make;
}

const minute = 60_000;
const hour = 60 * minute;

const permanent: Make = (message, code, cause) => new PermanentError(message, { code, cause });
const recipientGone: Make = (message, code, cause) => new PermanentError(message, { code, cause, recipientGone: true });
const configuration: Make = (message, code, cause) => new ConfigurationError(message, { code, cause });
const unencrypted: Make = (message, code, cause) =>
  new ConfigurationError(`${message} to STARTTLS. It does not encrypt, or not in this way. See \`tls\` and \`port\`.`, { code, cause });
const notRelayed: Make = (message, code, cause) =>
  new ConfigurationError(`${message}. It relays mail to other servers only after a login. See \`user\` and \`password\`.`, {
    code,
    cause,
  });
const transient =
  (scope: 'dispatch' | 'address' | 'messenger', defaultRetryMs?: number): Make =>
  (message, code, cause, reply) => {
    const retryAfterMs = saidWaitMs(reply.text) ?? defaultRetryMs;
    return new TransientError(message, { code, cause, scope, ...(retryAfterMs !== undefined && { retryAfterMs }) });
  };

type When = Row['when'];
const isTemporary: When = ({ code }) => code >= 400 && code < 500;
const isPermanent: When = (reply) => !isTemporary(reply);
const answers =
  (...commands: readonly Reply['command'][]): When =>
  ({ command }) =>
    commands.includes(command);
const says =
  (...enhanced: readonly string[]): When =>
  (reply) =>
    enhanced.includes(reply.enhanced);
const reads =
  (words: RegExp): When =>
  ({ text }) =>
    words.test(text);
const every =
  (...conditions: readonly When[]): When =>
  (reply) =>
    conditions.every((when) => when(reply));
const some =
  (...conditions: readonly When[]): When =>
  (reply) =>
    conditions.some((when) => when(reply));
const not =
  (when: When): When =>
  (reply) =>
    !when(reply);

/**
 * Postfix refuses the sender, the client or its HELO at RCPT (`smtpd_delay_reject` in
 * https://www.postfix.org/postconf.5.html). Exim reports there that it cannot verify the sender.
 */
const refusesSender = reads(/\bsender address (?:rejected|\[[^\]]*\] blocked)|\bsender verify failed/i);
const refusesClient = reads(/\b(?:client host|helo command) (?:rejected|\[[^\]]*\] blocked)/i);
/** The words of Postfix, Exim, Sendmail, Exchange and qmail, in this order. */
const refusesToRelay = reads(/\brelay access denied|\brelay not permitted|\brelaying denied|\bunable to relay|\ballowed rcpthosts/i);

/**
 * Some providers refuse the account after the whole mail, where other servers refuse the content: Exchange
 * Online, Amazon SES (https://repost.aws/knowledge-center/ses-554-400-message-rejected-error), SendGrid.
 */
const refusesAccount = reads(/SendAsDenied|email address is not verified|sending paused for this account|verified sender identity/i);

/**
 * 5.7.20 to 5.7.27 are about DKIM, SPF, reverse DNS and null MX of the sender (RFC 7372, 3, and RFC 7505,
 * 4.2). 5.7.60 is Exchange's.
 */
const refusesSenderByCode = says(
  ...['5.1.7', '5.1.8', '5.7.60', '5.2.252'],
  ...['5.7.20', '5.7.21', '5.7.22', '5.7.23', '5.7.24', '5.7.25', '5.7.26', '5.7.27'],
);

/**
 * 5.4.5 is Gmail's (https://support.google.com/a/answer/3726730), and 5.1.90 is Exchange Online's. Codes
 * x.2.x are about the mailbox of the recipient.
 */
const isQuotaReached = some(
  says('5.4.5', '5.1.90'),
  every(reads(/\bdaily\b[\w -]{0,40}\b(?:quota|limit)\b/i), ({ enhanced }) => !/^[45]\.2\./.test(enhanced)),
);

/**
 * Without an enhanced code there are only words, as in Exim's defaults. Nothing is ever sent again to an
 * address that is gone. So words that may be about somebody else do not count.
 */
const isRecipientUnknownInWords = every(
  answers('RCPT TO'),
  ({ code, enhanced }) => code === 550 && enhanced === '',
  reads(
    /\b(?:unknown (?:local )?(?:user|recipient|mailbox)|unknown local[- ]part|no such (?:user|recipient|mailbox)|(?:user|recipient|mailbox) (?:is )?(?:unknown|does(?: not|n't) exist))\b(?! domain)/i,
  ),
  not(reads(/\bsender\b|\bauthenti|\blog ?in\b|\brelay/i)),
);

/**
 * The meaning of a reply. The first row that fits counts. RFC 5321, 4.2 has the codes, and RFC 3463 the
 * enhanced codes. A greylisting server expects the client back after some minutes (RFC 5321, 4.5.4.1 says 30
 * for a mail queue). Daily quotas count the last 24 hours, so that they become free bit by bit.
 */
const table: readonly Row[] = [
  { code: 'smtp_service_unavailable', when: ({ code }) => code === 421, make: transient('messenger') },
  { code: 'smtp_tls_unavailable', when: every(answers('STARTTLS'), isPermanent), make: unencrypted },
  { code: 'smtp_login_busy', when: every(answers('AUTH'), isTemporary), make: transient('dispatch') },
  { code: 'smtp_login_refused', when: answers('AUTH'), make: configuration },
  { code: 'smtp_login_required', when: ({ code }) => code === 530 || code === 534 || code === 535, make: configuration },
  { code: 'smtp_quota_reached', when: isQuotaReached, make: transient('messenger', hour) },
  {
    code: 'smtp_too_large',
    when: some(
      says('5.3.4'),
      every(({ code }) => code === 552, not(answers('RCPT TO')), not(says('5.2.2'))),
    ),
    make: permanent,
  },
  { code: 'smtp_refused', when: refusesToRelay, make: notRelayed },
  {
    code: 'smtp_sender_refused',
    when: some(refusesSenderByCode, every(isPermanent, some(answers('MAIL FROM'), refusesSender, refusesAccount))),
    make: configuration,
  },
  { code: 'smtp_refused', when: every(isPermanent, refusesClient), make: configuration },
  {
    code: 'smtp_sender_busy',
    when: some(answers('MAIL FROM'), every(isTemporary, some(refusesSender, refusesClient, reads(/\bthrottling failure\b/i)))),
    make: transient('messenger'),
  },
  {
    code: 'smtp_mailbox_full',
    when: some(
      says('4.2.2', '5.2.2'),
      every(answers('RCPT TO'), ({ code }) => code === 552),
    ),
    make: transient('dispatch', 4 * hour),
  },
  { code: 'smtp_mailbox_busy', when: says('4.2.1'), make: transient('address') },
  {
    code: 'smtp_greylisted',
    when: every(isTemporary, some(says('4.7.1'), reads(/gr[ea]y.?list/i))),
    make: transient('dispatch', 5 * minute),
  },
  {
    code: 'smtp_recipient_unknown',
    when: some(says('5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10', '5.2.1', '5.4.4'), isRecipientUnknownInWords),
    make: recipientGone,
  },
  { code: 'smtp_recipient_refused', when: every(answers('RCPT TO'), isPermanent), make: permanent },
  { code: 'smtp_content_refused', when: every(answers('DATA'), isPermanent), make: permanent },
  { code: 'smtp_busy', when: isTemporary, make: transient('dispatch') },
  { code: 'smtp_refused', when: () => true, make: configuration },
];

/** Makes the error for a reply. `message` and `cause` must hold no secret. */
export function replyError(message: string, cause: Error | undefined, reply: Reply): SitemessageError {
  const { code, make } = table.find(({ when }) => when(reply)) as Row;
  return make(message, code, cause, reply);
}

/** Every code of an error for a reply. */
export const replyCodes: readonly string[] = table.map(({ code }) => code);

/** Longer than any server means. */
const longestWaitMs = 24 * hour;
const units = { s: 1_000, m: minute, h: hour } as const;

/** Returns the wait that a reply asks for, in milliseconds: `try again in 300 seconds`. */
function saidWaitMs(text: string): number | undefined {
  const [, amount, unit] = /\b(\d{1,5})\s*(s|m|h)(?:ec(?:ond)?s?|in(?:ute)?s?|(?:ou)?rs?)?\b/i.exec(text.slice(4)) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  return Math.min(Math.max(1, Number(amount)) * units[unit.toLowerCase() as keyof typeof units], longestWaitMs);
}
