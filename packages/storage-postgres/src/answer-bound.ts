import { TransientError } from '@sitemessage/core';
import type { Connection } from 'pg';

const mebibyte = 1_024 * 1_024;
/**
 * The bytes of the greeting. A server sends some 700 before it accepts a user, and may be any program until
 * then.
 */
const longestGreeting = 64 * 1_024;
/** The bytes of a message. A row holds a context and the content of a fan-out, each of 25 MiB at most. */
const longestMessage = 64 * mebibyte;
/** The bytes of an answer. `pg` keeps all its rows in memory. */
const longestAnswer = 512 * mebibyte;

const headerBytes = 5;
const readyForQuery = 'Z'.charCodeAt(0);
/**
 * NotificationResponse, NoticeResponse and ParameterStatus belong to no answer, and `pg` does not keep
 * them.
 */
const asynchronous: ReadonlySet<number> = new Set([...'ANS'].map((code) => code.charCodeAt(0)));

/**
 * Destroys a connection whose server sends too much. `pg` has no limit for the size of a message or the
 * number of rows. Counts the lengths that messages declare, so the first bytes of a long message end the
 * connection.
 * Format: https://www.postgresql.org/docs/18/protocol-message-formats.html
 */
export function boundAnswers(connection: Connection & { readonly ssl?: unknown }): void {
  const watch = (): void => {
    const { stream } = connection;
    const exceeds = createMeter();
    // Runs before the listener of `pg`, which would collect these bytes first.
    stream.prependListener('data', (bytes: Buffer) => {
      if (!stream.destroyed && exceeds(bytes)) stream.destroy(tooMuch());
    });
  };
  // With TLS the first byte is not part of a message.
  if (connection.ssl) connection.once('sslconnect', watch);
  else watch();
}

const tooMuch = (): TransientError =>
  new TransientError(
    'PostgreSQL cannot be reached: the server sends more than the longest answer. Check that the server at this address is PostgreSQL.',
    { code: 'storage_unreachable' },
  );

/** Returns a function that takes the next bytes, and returns whether a limit is exceeded. */
function createMeter(): (bytes: Buffer) => boolean {
  const header = Buffer.alloc(headerBytes);
  let headerLength = 0;
  let bodyLeft = 0;
  let answerBytes = 0;
  let [messageLimit, answerLimit] = [longestGreeting, longestGreeting];

  const beginMessage = (): void => {
    const code = header.readUInt8(0);
    const length = Math.max(4, header.readUInt32BE(1));
    bodyLeft = length - 4;
    headerLength = 0;
    if (code === readyForQuery) {
      answerBytes = 0;
      [messageLimit, answerLimit] = [longestMessage, longestAnswer];
    } else if (!asynchronous.has(code)) answerBytes += length;
  };

  return (bytes) => {
    for (let at = 0; at < bytes.length; ) {
      if (bodyLeft > 0) {
        const taken = Math.min(bodyLeft, bytes.length - at);
        bodyLeft -= taken;
        at += taken;
        continue;
      }
      const taken = bytes.copy(header, headerLength, at, at + headerBytes - headerLength);
      headerLength += taken;
      at += taken;
      if (headerLength === headerBytes) beginMessage();
      if (bodyLeft > messageLimit || answerBytes > answerLimit) return true;
    }
    return false;
  };
}
