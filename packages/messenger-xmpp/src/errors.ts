import {
  ConfigurationError,
  PermanentError,
  type Redactor,
  type SitemessageError,
  TransientError,
  UnknownOutcomeError,
} from '@sitemessage/core';
import type { Refusal } from './refusal.ts';

/** What is thrown by the library, by node and by this package, as far as it is read here. */
interface Thrown extends Error {
  readonly code?: string;
  /** Of a SASLError, a StreamError or a StanzaError. */
  readonly condition?: string;
  /** Of a StanzaError. */
  readonly type?: string;
}

type Make = (message: string, code: string, refusal: Refusal) => SitemessageError;

interface Row {
  readonly code: string;
  readonly when: (refusal: Refusal) => boolean;
  readonly make: Make;
}

const permanent: Make = (message, code) => new PermanentError(message, { code });
const recipientGone: Make = (message, code) => new PermanentError(message, { code, recipientGone: true });
const transient: Make = (message, code) => new TransientError(message, { code });
/** A limit of our own server concerns all that this account sends, and that of another one, or of a room, those who write there. */
const limited: Make = (message, code, { isOwnServer }) =>
  new TransientError(message, { code, scope: isOwnServer ? 'messenger' : 'address' });

const says =
  (...conditions: readonly string[]) =>
  ({ condition }: Refusal): boolean =>
    conditions.includes(condition);
const isTyped =
  (...types: readonly string[]) =>
  ({ type }: Refusal): boolean =>
    types.includes(type);

/**
 * What a stanza error means; the first row that fits counts. RFC 6120, 8.3.2 for the types, which say what may be done, and 8.3.3 for the
 * conditions, which count where a type would mislead: `internal-server-error` is typed `cancel`.
 */
const table: readonly Row[] = [
  { code: 'xmpp_server_busy', when: says('internal-server-error', 'remote-server-timeout'), make: transient },
  // XEP-0045, 7.4: nobody sends to a room who is not in it. A room that was started anew has forgotten us.
  { code: 'xmpp_room_left', when: (refusal) => refusal.isToRoom && says('not-acceptable')(refusal), make: transient },
  {
    code: 'xmpp_limited',
    when: (refusal) => isTyped('wait')(refusal) && says('resource-constraint', 'policy-violation')(refusal),
    make: limited,
  },
  { code: 'xmpp_recipient_busy', when: isTyped('wait'), make: transient },
  { code: 'xmpp_recipient_unknown', when: says('gone', 'item-not-found'), make: recipientGone },
  { code: 'xmpp_recipient_unavailable', when: says('service-unavailable'), make: permanent },
  { code: 'xmpp_domain_unknown', when: says('remote-server-not-found'), make: permanent },
  {
    code: 'xmpp_recipient_refused',
    when: (refusal) => says('jid-malformed', 'redirect')(refusal) || isTyped('cancel', 'auth')(refusal),
    make: permanent,
  },
  { code: 'xmpp_message_refused', when: isTyped('modify'), make: permanent },
  { code: 'xmpp_refused', when: () => true, make: transient },
];

/** What a refusal of one message, or of a way into a room, is in core's words. */
export function refusalError(refusal: Refusal, redactor: Redactor): SitemessageError {
  const { type, condition, text, movedTo, isJoin } = refusal;
  const row = table.find(({ when }) => when(refusal)) as Row;
  const words = [`${type}/${condition}`, text, movedTo && `the new address is ${movedTo}`].filter(Boolean).join(': ');
  return row.make(redactor.text(`The ${isJoin ? 'room' : 'server'} answered ${words}.`), row.code, refusal);
}

/** RFC 6120, 4.9.3: of what ends a stream, what nobody is rid of by opening another one. */
const lastingFaults: readonly (string | undefined)[] = [
  'host-unknown',
  'not-authorized',
  'policy-violation',
  'unsupported-version',
  'conflict',
];

/** What went wrong before anything was sent: while connecting and logging in, or because the connection has ended. */
export function connectionError(thrown: unknown, redactor: Redactor): SitemessageError {
  const error = thrown as Thrown;
  const cause = redactor.cause(error);
  const message = redactor.text(error.message || error.name);
  const configuration = (problem: string, code: string): SitemessageError => new ConfigurationError(problem, { code, cause });
  const outage = (problem: string, code: string): SitemessageError => new TransientError(problem, { code, cause, sessionLost: true });

  switch (error.name) {
    case 'SASLError':
      return error.condition === 'temporary-auth-failure'
        ? outage(`Logging in failed for now: ${message}`, 'xmpp_login_busy')
        : configuration(`Logging in failed: ${message}`, 'xmpp_login_refused');
    case 'StanzaError':
      return error.type === 'wait'
        ? outage(`The server opens no session for now: ${message}`, 'xmpp_login_busy')
        : configuration(`The server opens no session: ${message}`, 'xmpp_login_refused');
    case 'StreamError':
      if (error.condition === 'conflict') {
        return configuration(`Another connection of this account has the same \`resource\`: ${message}`, 'xmpp_conflict');
      }
      return isLasting(error)
        ? configuration(`The server ended the stream: ${message}`, 'xmpp_stream_refused')
        : outage(`The server ended the stream: ${message}`, 'xmpp_stream_ended');
  }
  switch (error.code) {
    case 'ENOLOGIN':
      return configuration(`Logging in failed: ${message}`, 'xmpp_login_refused');
    case 'ENOTLS':
      return configuration(`The connection could not be encrypted: ${message}. See \`tls\` and \`port\`.`, 'xmpp_tls_unavailable');
    case 'EPROXY':
      return configuration(message, 'xmpp_proxy');
    case 'EABORT':
      return outage('Opening a session was stopped.', 'xmpp_aborted');
  }
  if (isProtocolError(error)) {
    return configuration(`The server does not speak TLS here: ${message}. See \`tls\` and \`port\`.`, 'xmpp_tls_unavailable');
  }
  if (isCertificateError(error)) {
    return configuration(`The server's certificate is not trusted: ${message}. Give \`ca\` for a private authority.`, 'xmpp_certificate');
  }
  return outage(`The server could not be reached: ${message}`, 'xmpp_connection');
}

/** What has been written when the connection ends has arrived, or not. Where opening another would be of no use, the next one meets the reason. */
export function brokenError(thrown: unknown, redactor: Redactor): UnknownOutcomeError {
  const { message } = thrown as Error;
  return new UnknownOutcomeError(`The connection ended before the server said that it has the message: ${redactor.text(message)}`, {
    code: 'xmpp_outcome_unknown',
    cause: redactor.cause(thrown),
    sessionLost: !isLasting(thrown as Thrown),
  });
}

const isLasting = ({ name, condition }: Thrown): boolean => name === 'StreamError' && lastingFaults.includes(condition);

/** A send that was stopped, before it was written or after it. A server that has let it wait for so long is of no use any more. */
export function abortedError(isWritten: boolean): SitemessageError {
  return isWritten
    ? new UnknownOutcomeError('Sending was stopped before the server said that it has the message.', {
        code: 'xmpp_outcome_unknown',
        sessionLost: true,
      })
    : new TransientError('Sending was stopped before the message was written.', { code: 'xmpp_aborted' });
}

const isProtocolError = ({ code = '' }: Thrown): boolean => /^ERR_SSL_(?!.*CERT)/.test(code);

/** OpenSSL's names, as Node gives them in https://nodejs.org/api/tls.html#x509-certificate-error-codes. */
const isCertificateError = ({ code = '' }: Thrown): boolean => /CERT|SIGNATURE|ISSUER|^ERR_TLS/.test(code);

/** Every code that an error of this messenger can have, for its README. */
export const codes: readonly string[] = [
  ...new Set([
    ...table.map(({ code }) => code),
    'xmpp_address',
    'xmpp_option',
    'xmpp_content',
    'xmpp_too_large',
    'xmpp_login_refused',
    'xmpp_login_busy',
    'xmpp_conflict',
    'xmpp_stream_refused',
    'xmpp_stream_ended',
    'xmpp_tls_unavailable',
    'xmpp_certificate',
    'xmpp_proxy',
    'xmpp_connection',
    'xmpp_aborted',
    'xmpp_outcome_unknown',
  ]),
];
