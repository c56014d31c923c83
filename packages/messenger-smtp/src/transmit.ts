import type { SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import type { Connection } from './connection.ts';
import type { Connections } from './connections.ts';
import { Content, type Progress } from './content.ts';
import { isRecipientRefused, isReply } from './errors.ts';
import type { Envelope } from './mail.ts';

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
 * Sends a mail over a connection that is idle, or else over a new one.
 *
 * A server closes a connection when it has carried enough mails, or for too long, and says so (421) or not. That says nothing about
 * the next mail, which goes over a new connection. Only an error there is its own.
 */
export async function transmit(transmission: Transmission, connections: Connections): Promise<SMTPConnectionSendInfo> {
  const { progress, signal } = transmission;
  const connection = await connections.take(signal);
  try {
    return await transmitOver(connection, transmission, connections);
  } catch (error) {
    const isOfTheLine = !connection.isOpen && connection.isUsed && !isRecipientRefused(error);
    if (!isOfTheLine || progress.isComplete || signal.aborted) throw error;
  }
  return transmitOver(await connections.open(signal), transmission, connections);
}

async function transmitOver(
  connection: Connection,
  { envelope, content, recipient, progress, signal }: Transmission,
  connections: Connections,
): Promise<SMTPConnectionSendInfo> {
  try {
    const sent = await connection.send(envelope, recipient, new Content(content, progress), signal);
    await connections.giveBack(connection);
    return sent;
  } catch (error) {
    if (connection.isOpen) await recover(connection, connections, signal);
    else if (!connection.isUsed && !isReply(error) && !signal.aborted) connections.noteBroken();
    throw error;
  }
}

/** Keeps the connection of a mail that was refused. Errors here are not about that mail. */
async function recover(connection: Connection, connections: Connections, signal: AbortSignal): Promise<void> {
  try {
    await connection.reset(signal);
    await connections.giveBack(connection);
  } catch {
    connection.close();
  }
}
