import {
  ConfigurationError,
  PermanentError,
  type Redactor,
  type SitemessageError,
  TransientError,
  UnknownOutcomeError,
} from '@sitemessage/core';
import { refusalCodes } from './refusals.ts';
import { isLasting, type Thrown } from './thrown.ts';

/** RFC 6120, 4.9.3: what ends a stream because of what was sent. */
const blamingFaults: readonly (string | undefined)[] = [
  'policy-violation',
  'not-well-formed',
  'invalid-xml',
  'restricted-xml',
  'bad-format',
  'unsupported-stanza-type',
];

/** The server has ended the stream, and nothing was sent for that. */
export function streamError(error: Thrown, isOver: boolean, redactor: Redactor): SitemessageError {
  const cause = redactor.cause(error);
  const message = redactor.text(error.message);
  if (error.condition === 'conflict') {
    const problem = `Another connection of this account has the same \`resource\`: ${message}`;
    return new ConfigurationError(problem, { code: 'xmpp_conflict', cause });
  }
  const problem = `The server ended the stream: ${message}`;
  return isOver
    ? new ConfigurationError(problem, { code: 'xmpp_stream_refused', cause })
    : new TransientError(problem, { code: 'xmpp_stream_ended', cause, sessionLost: true });
}

/** The connection has ended before the message was written. */
export function lostError(thrown: unknown, redactor: Redactor): SitemessageError {
  const error = thrown as Thrown;
  if (error.name === 'StreamError') return streamError(error, isLasting(error), redactor);
  return new TransientError(`The connection was lost before the message was written: ${redactor.text(error.message)}.`, {
    code: 'xmpp_connection',
    cause: redactor.cause(error),
    sessionLost: true,
  });
}

/**
 * What has been written when the connection ends has arrived, or not; but of a single message that the server will not have read, it is known.
 * Where opening another connection would be of no use, the next one meets the reason.
 */
export function brokenError(thrown: unknown, isToBlame: boolean, redactor: Redactor): SitemessageError {
  const { name, message, condition } = thrown as Thrown;
  const cause = redactor.cause(thrown);
  if (isToBlame && name === 'StreamError' && blamingFaults.includes(condition)) {
    const problem = `The server ended the stream because of this message: ${redactor.text(message)}`;
    return Object.assign(new PermanentError(problem, { code: 'xmpp_message_refused', cause }), { sessionLost: true });
  }
  return new UnknownOutcomeError(`The connection ended before the server said that it has the message: ${redactor.text(message)}`, {
    code: 'xmpp_outcome_unknown',
    cause,
    sessionLost: !isLasting(thrown as Thrown),
  });
}

/** A send that was stopped, before it was written or after it. A server that has let it wait for so long is of no use any more. */
export function abortedError(isWritten: boolean): SitemessageError {
  return isWritten
    ? new UnknownOutcomeError('Sending was stopped before the server said that it has the message.', {
        code: 'xmpp_outcome_unknown',
        sessionLost: true,
      })
    : new TransientError('Sending was stopped before the message was written.', { code: 'xmpp_aborted' });
}

/** Our server has taken a message to a room, and the room has not shown it. */
export const unseenError = (): SitemessageError =>
  new UnknownOutcomeError('Sending was stopped before the room showed the message, and it was not refused.', {
    code: 'xmpp_outcome_unknown',
  });

/** The server has handled our way in, and nothing came of it. */
export const silentRoomError = (): SitemessageError =>
  new TransientError('The room did not answer whether it lets us in.', { code: 'xmpp_room_silent' });

/** Every code that an error of this messenger can have, for its README. */
export const codes: readonly string[] = [
  ...new Set([
    ...refusalCodes,
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
    'xmpp_nickname_taken',
    'xmpp_room_silent',
    'xmpp_outcome_unknown',
  ]),
];
