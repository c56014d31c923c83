import { type Redactor, redactor, type SendContext, type Session } from '@sitemessage/core';
import { createConnect } from './connect.ts';
import { Connections } from './connections.ts';
import { createSign } from './dkim.ts';
import { smtpError } from './errors.ts';
import { composeMail } from './mail.ts';
import type { Settings } from './options.ts';
import { transmit } from './transmit.ts';

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
        const { envelope } = mail;
        const sent = await transmit({ envelope, content, recipient: delivery.address, progress, signal }, connections);
        return { providerId: redact.text(sent.serverMessageId ?? queueId(sent.response) ?? mail.messageId) };
      } catch (error) {
        throw smtpError(error, { ...progress, breaksEveryLine: connections.breakInARow }, redact);
      }
    },
    close: () => connections.close(),
  };
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
