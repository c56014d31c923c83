import { TransientError } from '@sitemessage/core';
import type { Connection } from 'pg';

const mebibyte = 1_024 * 1_024;
/** A server says some 700 bytes before it lets a user in. Nothing is known of who speaks until then. */
const longestGreeting = 64 * 1_024;
/** A row holds a context and the content of a fan-out, and no text over 25 MiB is stored. */
const longestMessage = 64 * mebibyte;
/** `pg` keeps all rows of an answer in memory. */
const longestAnswer = 512 * mebibyte;

const headerBytes = 5;
const readyForQuery = 'Z'.charCodeAt(0);
/** NotificationResponse, NoticeResponse and ParameterStatus come at any time, and nothing keeps them. */
const passing: ReadonlySet<number> = new Set([...'ANS'].map((code) => code.charCodeAt(0)));

/**
 * Ends a connection whose server says too much: `pg` collects a message of any size, and rows without end. Counts by the lengths that
 * the messages declare (https://www.postgresql.org/docs/18/protocol-message-formats.html), so a long one ends with its first bytes.
 */
export function boundAnswers(connection: Connection & { readonly ssl?: unknown }): void {
  const watch = (): void => {
    const { stream } = connection;
    const tooLong = createMeter();
    // Before the listener of `pg`, which would collect these bytes first.
    stream.prependListener('data', (bytes: Buffer) => {
      if (!stream.destroyed && tooLong(bytes)) stream.destroy(tooMuch());
    });
  };
  // The first byte of a connection with TLS is no message.
  if (connection.ssl) connection.once('sslconnect', watch);
  else watch();
}

const tooMuch = (): TransientError =>
  new TransientError(
    'PostgreSQL cannot be reached: the server sends more than any answer has. Look whether it is PostgreSQL that listens at this address.',
    { code: 'storage_unreachable' },
  );

/** Returns a function that takes the next bytes, and says whether it was too much. */
function createMeter(): (bytes: Buffer) => boolean {
  const header = Buffer.alloc(headerBytes);
  let headerLength = 0;
  let bodyLeft = 0;
  let answer = 0;
  let [mostInMessage, mostInAnswer] = [longestGreeting, longestGreeting];

  const begins = (): void => {
    const code = header.readUInt8(0);
    const length = Math.max(4, header.readUInt32BE(1));
    bodyLeft = length - 4;
    headerLength = 0;
    if (code === readyForQuery) {
      answer = 0;
      [mostInMessage, mostInAnswer] = [longestMessage, longestAnswer];
    } else if (!passing.has(code)) answer += length;
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
      if (headerLength === headerBytes) begins();
      if (bodyLeft > mostInMessage || answer > mostInAnswer) return true;
    }
    return false;
  };
}
