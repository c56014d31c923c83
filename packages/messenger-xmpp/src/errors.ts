import {
  ConfigurationError,
  PermanentError,
  type Redactor,
  type SitemessageError,
  TransientError,
  UnknownOutcomeError,
} from '@sitemessage/core';
import { isLasting, type Thrown } from './faults.ts';
import { refusalCodes } from './refusals.ts';

/** The conditions of RFC 6120, 4.9.3 for a stream that ends because of what was sent. */
const blamingConditions: readonly (string | undefined)[] = [
  'policy-violation',
  'not-well-formed',
  'invalid-xml',
  'restricted-xml',
  'bad-format',
  'unsupported-stanza-type',
];

/** Makes the error for a stream that the server ended, while nothing was in flight. */
export function streamError(error: Thrown, isFinal: boolean, redactor: Redactor): SitemessageError {
  const cause = redactor.cause(error);
  const message = redactor.text(error.message);
  if (error.condition === 'conflict') {
    const problem = `Another connection of this account has the same \`resource\`: ${message}`;
    return new ConfigurationError(problem, { code: 'xmpp_conflict', cause });
  }
  const problem = `The server ended the stream: ${message}`;
  return isFinal
    ? new ConfigurationError(problem, { code: 'xmpp_stream_refused', cause })
    : new TransientError(problem, { code: 'xmpp_stream_ended', cause, sessionLost: true });
}

/** Makes the error for a message that was not written when the connection ended. */
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
 * Makes the error for a message that was written when the connection ended. It may have arrived, unless the
 * server blames this message for the end. `sessionLost` is false when a new connection would end for the same
 * reason.
 */
export function brokenError(thrown: unknown, isToBlame: boolean, redactor: Redactor): SitemessageError {
  const { name, message, condition } = thrown as Thrown;
  const cause = redactor.cause(thrown);
  if (isToBlame && name === 'StreamError' && blamingConditions.includes(condition)) {
    const problem = `The server ended the stream because of this message: ${redactor.text(message)}`;
    return Object.assign(new PermanentError(problem, { code: 'xmpp_message_refused', cause }), { sessionLost: true });
  }
  return new UnknownOutcomeError(`The connection ended before the server said that it has the message: ${redactor.text(message)}`, {
    code: 'xmpp_outcome_unknown',
    cause,
    sessionLost: !isLasting(thrown as Thrown),
  });
}

/**
 * Makes the error for a send that was stopped, before or after the message was written. A server that keeps a
 * written message waiting that long is unresponsive, so the session is lost.
 */
export function abortedError(isWritten: boolean): SitemessageError {
  return isWritten
    ? new UnknownOutcomeError('Sending was stopped before the server said that it has the message.', {
        code: 'xmpp_outcome_unknown',
        sessionLost: true,
      })
    : new TransientError('Sending was stopped before the message was written.', { code: 'xmpp_aborted' });
}

/** Waits for a promise. When the signal aborts first, throws what `makeError` returns. */
export async function untilAborted<T>(waiting: Promise<T>, signal: AbortSignal, makeError: () => Error): Promise<T> {
  if (signal.aborted) throw makeError();
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(makeError());
  signal.addEventListener('abort', stop);
  try {
    return await Promise.race([waiting, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Makes the error for a message that our server has taken, and that the room has not shown. */
export const notReflectedError = (): SitemessageError =>
  new UnknownOutcomeError('Sending was stopped before the room showed the message, and it was not refused.', {
    code: 'xmpp_outcome_unknown',
  });

/** Makes the error for a join that our server has handled, and that the room has not answered. */
export const silentRoomError = (): SitemessageError =>
  new TransientError('The room did not answer whether it lets us in.', { code: 'xmpp_room_silent' });

/** Every code that is made here, for the README. */
export const codes: readonly string[] = [
  ...new Set([
    ...refusalCodes,
    'xmpp_address',
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
