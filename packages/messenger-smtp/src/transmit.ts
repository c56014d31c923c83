import { Readable } from 'node:stream';
import type { SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import type { Connection } from './connection.ts';
import type { Envelope } from './envelope.ts';
import { isRecipientRefused, isReply } from './errors.ts';
import type { ConnectionPool } from './pool.ts';

/**
 * How far the content of a mail got. nodemailer reports `CONN` for every broken connection, whatever it was
 * doing.
 */
interface Progress {
  isComplete: boolean;
}

/** A mail on its way to a recipient. */
export interface Transmission {
  readonly envelope: Envelope;
  readonly content: Buffer;
  /** The address in the envelope whose result counts. */
  readonly recipient: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Sends a mail over an idle connection, or else over a new one.
 *
 * A server closes a connection after enough mails, or after enough time. It may say so (421). That says
 * nothing about the next mail, which then goes over a new connection. Only an error there counts.
 */
export async function transmit(transmission: Transmission, pool: ConnectionPool): Promise<SMTPConnectionSendInfo> {
  const { progress, signal } = transmission;
  const connection = await pool.take(signal);
  try {
    return await transmitOver(connection, transmission, pool);
  } catch (error) {
    const isAboutConnection = !connection.isOpen && connection.isUsed && !isRecipientRefused(error);
    if (!isAboutConnection || progress.isComplete || signal.aborted) throw error;
  }
  return transmitOver(await pool.open(signal), transmission, pool);
}

async function transmitOver(
  connection: Connection,
  { envelope, content, recipient, progress, signal }: Transmission,
  pool: ConnectionPool,
): Promise<SMTPConnectionSendInfo> {
  try {
    const sent = await connection.send(envelope, recipient, new ContentStream(content, progress), signal);
    await pool.giveBack(connection);
    return sent;
  } catch (error) {
    if (connection.isOpen) await recover(connection, pool, signal);
    else if (!connection.isUsed && !isReply(error) && !signal.aborted) pool.noteBreak();
    throw error;
  }
}

/**
 * Keeps the connection of a mail that was refused. Ignores errors here, because they are not about that mail.
 */
async function recover(connection: Connection, pool: ConnectionPool, signal: AbortSignal): Promise<void> {
  try {
    await connection.reset(signal);
    await pool.giveBack(connection);
  } catch {
    connection.close();
  }
}

/** As many bytes as a socket buffers by itself. */
const chunkSize = 64 * 1024;

/**
 * The content of a mail, as a stream. nodemailer reads it after the server has asked for it, and writes the
 * final dot after its end. So a connection that breaks before that has delivered nothing. After that, nobody
 * knows.
 */
class ContentStream extends Readable {
  readonly #bytes: Buffer;
  readonly #progress: Progress;
  #position = 0;

  constructor(bytes: Buffer, progress: Progress) {
    super();
    this.#bytes = bytes;
    this.#progress = progress;
  }

  override _read(): void {
    const chunk = this.#bytes.subarray(this.#position, this.#position + chunkSize);
    this.#position += chunk.length;
    if (this.#position === this.#bytes.length) this.#progress.isComplete = true;
    this.push(chunk);
    if (this.#progress.isComplete) this.push(null);
  }
}
