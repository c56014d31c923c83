import {
  ConfigurationError,
  PermanentError,
  type Redactor,
  SitemessageError,
  TransientError,
  UnknownOutcomeError,
} from '@sitemessage/core';
import type { Progress } from './content.ts';

/** What nodemailer throws, as far as it is read here. */
interface MailError extends Error {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly originalCode?: string;
}

/** What the server answered, and to which command. */
interface Reply {
  readonly code: number;
  /** As in RFC 3463: `5.1.1`; empty when the server gives none. */
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
  new ConfigurationError(`${message} to STARTTLS: it does not encrypt, or not in this way. See \`tls\` and \`port\`.`, { code, cause });
const transient =
  (scope: 'dispatch' | 'address' | 'messenger', defaultRetryMs?: number): Make =>
  (message, code, cause, reply) => {
    const retryAfterMs = saidWaitMs(reply.text) ?? defaultRetryMs;
    return new TransientError(message, { code, cause, scope, ...(retryAfterMs !== undefined && { retryAfterMs }) });
  };

const isTemporary = ({ code }: Reply): boolean => code >= 400 && code < 500;
const answers =
  (...commands: readonly Reply['command'][]) =>
  ({ command }: Reply): boolean =>
    commands.includes(command);
const says =
  (...enhanced: readonly string[]) =>
  (reply: Reply): boolean =>
    enhanced.includes(reply.enhanced);

/**
 * What a reply means; the first row that fits counts. RFC 5321, 4.2 for the codes, RFC 3463 for the enhanced ones; greylisting
 * servers expect a client to wait for some minutes (RFC 5321, 4.5.4.1 says 30 for a queue of its own).
 */
const table: readonly Row[] = [
  { code: 'smtp_service_unavailable', when: ({ code }) => code === 421, make: transient('messenger') },
  { code: 'smtp_tls_unavailable', when: (reply) => answers('STARTTLS')(reply) && !isTemporary(reply), make: unencrypted },
  { code: 'smtp_login_busy', when: (reply) => answers('AUTH')(reply) && isTemporary(reply), make: transient('dispatch') },
  { code: 'smtp_login_refused', when: answers('AUTH'), make: configuration },
  { code: 'smtp_login_required', when: ({ code }) => code === 530 || code === 534 || code === 535, make: configuration },
  {
    code: 'smtp_too_large',
    when: (reply) => says('5.3.4')(reply) || (reply.code === 552 && !answers('RCPT TO')(reply) && !says('5.2.2')(reply)),
    make: permanent,
  },
  {
    code: 'smtp_sender_refused',
    when: (reply) => says('5.1.7', '5.1.8')(reply) || (answers('MAIL FROM')(reply) && !isTemporary(reply)),
    make: configuration,
  },
  { code: 'smtp_sender_busy', when: answers('MAIL FROM'), make: transient('messenger') },
  {
    code: 'smtp_mailbox_full',
    when: (reply) => says('4.2.2', '5.2.2')(reply) || (answers('RCPT TO')(reply) && reply.code === 552),
    make: transient('dispatch', 4 * hour),
  },
  { code: 'smtp_mailbox_busy', when: says('4.2.1'), make: transient('address') },
  {
    code: 'smtp_greylisted',
    when: (reply) => isTemporary(reply) && (says('4.7.1')(reply) || /gr[ea]y.?list/i.test(reply.text)),
    make: transient('dispatch', 5 * minute),
  },
  { code: 'smtp_recipient_unknown', when: says('5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10', '5.2.1', '5.4.4'), make: recipientGone },
  { code: 'smtp_recipient_refused', when: (reply) => answers('RCPT TO')(reply) && !isTemporary(reply), make: permanent },
  { code: 'smtp_content_refused', when: (reply) => answers('DATA')(reply) && !isTemporary(reply), make: permanent },
  { code: 'smtp_busy', when: isTemporary, make: transient('dispatch') },
  { code: 'smtp_refused', when: () => true, make: configuration },
];

/** What went wrong, in core's words, without secrets. */
export function smtpError(thrown: unknown, progress: Progress, redactor: Redactor): SitemessageError {
  if (thrown instanceof SitemessageError) return thrown;
  const error = thrown as MailError;
  const cause = redactor.cause(error);
  const reply = readReply(error);
  if (reply) {
    const row = table.find(({ when }) => when(reply)) as Row;
    return row.make(redactor.text(`The server answered ${reply.text}`), row.code, cause, reply);
  }

  const message = redactor.text(error.message);
  if (progress.isComplete) {
    return new UnknownOutcomeError(`The line broke after the mail was handed over: ${message}`, { code: 'smtp_outcome_unknown', cause });
  }
  switch (error.code) {
    case 'EAUTH':
    case 'ENOAUTH':
      if (error.originalCode === 'EFETCH') {
        // As for a server that cannot be reached: `open` is to meet it.
        return new TransientError(`Logging in failed for now: ${message}`, { code: 'smtp_login_busy', cause, sessionLost: true });
      }
      return new ConfigurationError(`Logging in failed: ${message}`, { code: 'smtp_login_refused', cause });
    case 'ETLS':
      return new ConfigurationError(`The connection could not be encrypted: ${message}`, { code: 'smtp_tls_unavailable', cause });
    case 'EPROXY':
      return new ConfigurationError(message, { code: 'smtp_proxy', cause });
    case 'ECONFIG':
      return new ConfigurationError(message, { code: 'smtp_option', cause });
    case 'EENVELOPE':
      return new PermanentError(message, { code: 'smtp_recipient_refused', cause });
    case 'EMESSAGE':
      return new PermanentError(message, { code: 'smtp_content_refused', cause });
  }
  if (isProtocolError(error)) {
    return new ConfigurationError(`The server does not speak TLS here: ${message}. See \`tls\` and \`port\`.`, {
      code: 'smtp_tls_unavailable',
      cause,
    });
  }
  if (isCertificateError(error)) {
    return new ConfigurationError(`The server's certificate is not trusted: ${message}. Give \`ca\` for a private authority.`, {
      code: 'smtp_certificate',
      cause,
    });
  }
  if (error.code === 'EABORT')
    return new TransientError('Sending was stopped before the mail was handed over.', { code: 'smtp_aborted', cause });
  // A server that cannot even be reached is for `open` to meet, which uses up no attempts.
  return new TransientError(`The server could not be reached: ${message}`, {
    code: 'smtp_connection',
    cause,
    sessionLost: !isLineBroken(error),
  });
}

/** A line that was open: the next mail opens another. */
const isLineBroken = ({ code, message }: MailError): boolean => code === 'ECONNECTION' && message.startsWith('Connection closed');

function readReply({ code, command = '', response, responseCode }: MailError): Reply | undefined {
  if (responseCode === undefined || response === undefined) return undefined;
  const [, enhanced = ''] = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})/.exec(response) ?? [];
  return { code: responseCode, enhanced, text: response, command: commandOf(code, command) };
}

function commandOf(code: string | undefined, command: string): Reply['command'] {
  if (code === 'EAUTH') return 'AUTH';
  if (code === 'ETLS') return 'STARTTLS';
  return command === 'MAIL FROM' || command === 'RCPT TO' || command === 'DATA' ? command : 'CONN';
}

const isProtocolError = ({ code, originalCode }: MailError): boolean =>
  [code, originalCode].some((name) => name !== undefined && /^ERR_SSL_(?!.*CERT)/.test(name));

/** OpenSSL's names, as Node gives them in https://nodejs.org/api/tls.html#x509-certificate-error-codes. */
function isCertificateError({ code, originalCode }: MailError): boolean {
  return [code, originalCode].some((name) => name !== undefined && /CERT|SIGNATURE|ISSUER|^ERR_TLS/.test(name));
}

const longestWaitMs = 24 * hour;
const units = { s: 1_000, m: minute, h: hour } as const;

/** How long to wait, when the reply says so: `try again in 300 seconds`. A day is more than any server means. */
function saidWaitMs(text: string): number | undefined {
  const [, amount, unit] = /\b(\d{1,5})\s*(s|m|h)(?:ec(?:ond)?s?|in(?:ute)?s?|(?:ou)?rs?)?\b/i.exec(text.slice(4)) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  return Math.min(Math.max(1, Number(amount)) * units[unit.toLowerCase() as keyof typeof units], longestWaitMs);
}

/** Every code that an error of this messenger can have, for its README. */
export const codes: readonly string[] = [
  ...new Set([
    ...table.map(({ code }) => code),
    'smtp_address',
    'smtp_option',
    'smtp_content',
    'smtp_not_offered',
    'smtp_proxy',
    'smtp_certificate',
    'smtp_outcome_unknown',
    'smtp_aborted',
    'smtp_connection',
  ]),
];
