import {
  ConfigurationError,
  PermanentError,
  type Redactor,
  SitemessageError,
  TransientError,
  UnknownOutcomeError,
} from '@sitemessage/core';
import { type Reply, replyCodes, replyError } from './replies.ts';

/**
 * The parts that are read of nodemailer's errors, and of ours with `EBROKEN`, `EABORT`, `EPROXY` and `ETLS`.
 */
interface MailError extends Error {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly originalCode?: string;
  /** OpenSSL's words, without its numbers and file names. */
  readonly reason?: string;
}

/** The state of the mail and its connection when an error was thrown. */
export interface Circumstances {
  /** True when the mail was written up to its end. */
  readonly isComplete: boolean;
  /**
   * True when the connection before this one broke too, and no mail went through since. Then the server is
   * the reason, and not the mail. Default: false.
   */
  readonly breaksRepeatedly?: boolean;
}

/** Returns core's error for any error, without secrets. */
export function smtpError(thrown: unknown, { isComplete, breaksRepeatedly = false }: Circumstances, redactor: Redactor): SitemessageError {
  if (thrown instanceof SitemessageError) return thrown;
  const error = thrown as MailError;
  const cause = redactor.cause(error);
  const reply = readReply(error);
  if (reply) return replyError(redactor.text(`The server answered ${reply.text}`), cause, reply);

  const message = redactor.text(error.message);
  if (isComplete) {
    return new UnknownOutcomeError(`The connection broke after the mail was handed over: ${message}`, {
      code: 'smtp_outcome_unknown',
      cause,
    });
  }
  switch (error.code) {
    case 'EBROKEN': {
      const scope = breaksRepeatedly ? 'messenger' : 'dispatch';
      const problem = `The connection broke before the mail was handed over: ${message}`;
      return new TransientError(problem, { code: 'smtp_connection', cause, scope });
    }
    case 'EAUTH':
    case 'ENOAUTH':
      if (error.originalCode === 'EFETCH') {
        // The next `open` reports the outage, which uses up no attempt.
        return new TransientError(`Logging in failed for now: ${message}`, { code: 'smtp_login_busy', cause, sessionLost: true });
      }
      return new ConfigurationError(`Logging in failed: ${message}`, { code: 'smtp_login_refused', cause });
    case 'ETLS':
      return new ConfigurationError(`The connection could not be encrypted: ${message}`, { code: 'smtp_tls_unavailable', cause });
    case 'EPROXY':
      return new ConfigurationError(message, { code: 'smtp_proxy', cause });
    case 'ECONFIG':
      return new ConfigurationError(message, { cause });
    case 'EENVELOPE':
      return new PermanentError(message, { code: 'smtp_recipient_refused', cause });
    case 'EMESSAGE':
      return new PermanentError(message, { code: 'smtp_content_refused', cause });
  }
  if (isProtocolError(error)) {
    const reason = redactor.text(error.reason ?? 'the protocol');
    return new ConfigurationError(`The server speaks another kind of TLS (${reason}). See \`tls\` and \`port\`.`, {
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
  if (error.code === 'EABORT') {
    return new TransientError('Sending was stopped before the mail was handed over.', { code: 'smtp_aborted', cause });
  }
  // The next `open` reports the outage, which uses up no attempt.
  return new TransientError(`The server could not be reached: ${message}`, { code: 'smtp_connection', cause, sessionLost: true });
}

/** Returns true for an error that holds a reply of the server. */
export const isReply = (error: unknown): boolean => readReply(error as MailError) !== undefined;

/**
 * Returns true when the server refused the recipient for good. It did not just close the connection (421).
 */
export function isRecipientRefused(error: unknown): boolean {
  const reply = readReply(error as MailError);
  return reply?.command === 'RCPT TO' && reply.code >= 500;
}

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
  [code, originalCode].some((name) => name !== undefined && /^ERR_SSL_(?!.*CERT)|^EPROTO$/.test(name));

/** Node's names: https://nodejs.org/api/tls.html#x509-certificate-error-codes. */
function isCertificateError({ code, originalCode }: MailError): boolean {
  return [code, originalCode].some((name) => name !== undefined && /CERT|SIGNATURE|ISSUER|^ERR_TLS/.test(name));
}

/** Every code that is made here, for the README. */
export const codes: readonly string[] = [
  ...new Set([
    ...replyCodes,
    'smtp_address',
    'smtp_content',
    'smtp_not_offered',
    'smtp_proxy',
    'smtp_certificate',
    'smtp_outcome_unknown',
    'smtp_aborted',
    'smtp_connection',
  ]),
];
