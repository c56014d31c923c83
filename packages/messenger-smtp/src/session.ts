import { type Redactor, redactor, type SendContext, type Session } from '@sitemessage/core';
import type { SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import { createConnect } from './connect.ts';
import type { Connection } from './connection.ts';
import { Connections } from './connections.ts';
import { Content, type Progress } from './content.ts';
import { createSign } from './dkim.ts';
import { smtpError } from './errors.ts';
import { composeMail, type Mail } from './mail.ts';
import type { Settings } from './options.ts';

/** Connects and logs in, to find out whether it can; mails in flight at the same time open further connections. */
export async function openSession(settings: Settings, { signal }: SendContext): Promise<Session> {
  let redact = redactorFor(settings, settings.oauth2?.accessToken);
  const sign = settings.dkim && createSign(settings.dkim);
  const connections = new Connections(
    createConnect(settings, (token) => {
      redact = redactorFor(settings, token);
    }),
  );
  try {
    await connections.giveBack(await connections.open(signal));
  } catch (error) {
    throw smtpError(error, { isComplete: false }, redact);
  }

  return {
    async send(delivery, { signal }) {
      const progress = { isComplete: false };
      const mail = composeMail(delivery, settings);
      try {
        const content = sign ? await sign(mail.content) : mail.content;
        const sent = await transmit({ ...mail, content }, progress, connections, signal);
        // Somebody in `cc` or `bcc` was accepted, and the mail went out to them alone.
        const refusal = sent.rejectedErrors?.find(({ recipient }) => recipient === delivery.address);
        if (refusal) throw refusal;
        return { providerId: redact.text(sent.serverMessageId ?? queueId(sent.response) ?? mail.messageId) };
      } catch (error) {
        throw smtpError(error, progress, redact);
      }
    },
    close: () => connections.close(),
  };
}

/**
 * A server closes a connection when it has carried enough mails, or for too long, and says so (421) or not. That says nothing about
 * the next mail, which goes over a new connection; only what breaks there is its own.
 */
async function transmit(mail: Mail, progress: Progress, connections: Connections, signal: AbortSignal): Promise<SMTPConnectionSendInfo> {
  const connection = await connections.take(signal);
  try {
    return await transmitOver(connection, mail, progress, connections, signal);
  } catch (error) {
    if (connection.isOpen || !connection.isUsed || progress.isComplete || signal.aborted) throw error;
  }
  return transmitOver(await connections.open(signal), mail, progress, connections, signal);
}

async function transmitOver(
  connection: Connection,
  mail: Mail,
  progress: Progress,
  connections: Connections,
  signal: AbortSignal,
): Promise<SMTPConnectionSendInfo> {
  try {
    const sent = await connection.send(mail.envelope, new Content(mail.content, progress), signal);
    await connections.giveBack(connection);
    return sent;
  } catch (error) {
    if (connection.isOpen) await recover(connection, connections, signal);
    throw error;
  }
}

/** A mail that was refused does not cost its connection; what goes wrong here is not that mail's. */
async function recover(connection: Connection, connections: Connections, signal: AbortSignal): Promise<void> {
  try {
    await connection.reset(signal);
    await connections.giveBack(connection);
  } catch {
    connection.close();
  }
}

/** `250 2.0.0 OK queued as ABC123`: how Postfix and others name what they took. */
function queueId(response: string | undefined): string | undefined {
  return /\bqueued as ([\w.-]+)/i.exec(response ?? '')?.[1];
}

function redactorFor({ user = '', password, oauth2, proxy, dkim }: Settings, token: string | undefined): Redactor {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return redactor([
    password,
    password === undefined ? undefined : base64(`\0${user}\0${password}`),
    token,
    token === undefined ? undefined : base64(`user=${user}\x01auth=Bearer ${token}\x01\x01`),
    ...(oauth2?.refreshToken === undefined ? [] : [oauth2.refreshToken, oauth2.clientSecret]),
    proxy && decodeURIComponent(proxy.password),
    dkim?.privateKey,
  ]);
}
