import { ConfigurationError, type Redactor, type SitemessageError, TransientError } from '@sitemessage/core';
import type { Stage } from './connect.ts';
import { streamError } from './errors.ts';
import { isLasting, type Thrown, tlsFault } from './faults.ts';
import { isPassing } from './refusals.ts';

const hint = 'See `tls` and `port`.';

/** Returns core's error for an error that opening a session threw at this stage. */
export function openingError(thrown: unknown, stage: Stage, redactor: Redactor): SitemessageError {
  const error = thrown as Thrown;
  const cause = redactor.cause(error);
  // OpenSSL writes a line of its log into the message.
  const message = redactor.text(error.reason ?? (error.message || error.name));
  const configuration = (problem: string, code: string): SitemessageError => new ConfigurationError(problem, { code, cause });
  const outage = (problem: string, code: string): SitemessageError => new TransientError(problem, { code, cause, sessionLost: true });

  switch (error.name) {
    case 'SASLError':
      return error.condition === 'temporary-auth-failure'
        ? outage(`Logging in failed for now: ${message}`, 'xmpp_login_busy')
        : configuration(`Logging in failed: ${message}`, 'xmpp_login_refused');
    case 'StanzaError':
      return isPassing(error)
        ? outage(`The server opens no session for now: ${message}`, 'xmpp_login_busy')
        : configuration(`The server opens no session: ${message}`, 'xmpp_login_refused');
    case 'StreamError':
      // Nothing was sent yet, so the policy is about the account or this machine.
      return streamError(error, isLasting(error) || error.condition === 'policy-violation', redactor);
  }
  switch (error.code) {
    case 'ENOLOGIN':
      return configuration(`Logging in failed: ${message}.`, 'xmpp_login_refused');
    case 'ENOTLS':
      return configuration(`The connection could not be encrypted: ${message}. ${hint}`, 'xmpp_tls_unavailable');
    case 'ECLEAR':
      return configuration(`The connection is not encrypted, because \`tls\` is 'none', and ${message}.`, 'xmpp_tls_unavailable');
    case 'EPROXY':
      return configuration(message, 'xmpp_proxy');
    case 'ELATE':
      return outage(message, 'xmpp_connection');
    case 'EABORT':
      return outage(message, 'xmpp_aborted');
  }
  switch (tlsFault(error.code ?? '')) {
    case 'refused':
      return configuration(
        `The server does not speak TLS here, or not in a way that this machine accepts: ${message}. ${hint}`,
        'xmpp_tls_unavailable',
      );
    case 'certificate':
      return configuration(`The server's certificate is not trusted: ${message}. Give \`ca\` for a private authority.`, 'xmpp_certificate');
    case 'passing':
      return outage(`The connection could not be encrypted for now: ${message}`, 'xmpp_connection');
  }
  const isReached = stage !== 'the proxy' && stage !== 'TCP';
  return outage(`${isReached ? `Opening a session failed at ${stage}` : 'The server could not be reached'}: ${message}`, 'xmpp_connection');
}
