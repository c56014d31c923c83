import { redactor, type SendContext, type Session } from '@sitemessage/core';
import { createConnect } from './connect.ts';
import { Connections } from './connections.ts';
import { createSign } from './dkim.ts';
import { smtpError } from './errors.ts';
import { composeMail } from './mail.ts';
import type { Settings } from './options.ts';
import { transmit } from './transmit.ts';

/** A server can show a token that it took long ago. So many are remembered, the last ones: with one an hour, those of four days. */
const mostTokens = 100;

/**
 * Connects and logs in, to find out whether it can; mails in flight at the same time open further connections.
 * `tokens`: the OAuth2 tokens that were fetched for this messenger, the last one first.
 */
export async function openSession(settings: Settings, tokens: string[], { signal }: SendContext): Promise<Session> {
  const redact = redactor(() => secretsOf(settings, tokens));
  const sign = settings.dkim && createSign(settings.dkim);
  const connections = new Connections(
    createConnect(settings, (token) => {
      tokens.unshift(token);
      tokens.splice(mostTokens);
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

/** Secrets to redact. Read again for each error, because tokens change. */
function secretsOf({ user = '', password, oauth2, proxy, dkim }: Settings, fetched: readonly string[]): readonly (string | undefined)[] {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const tokens = oauth2?.accessToken === undefined ? fetched : [oauth2.accessToken];
  return [
    password,
    password === undefined ? undefined : base64(`\0${user}\0${password}`),
    ...tokens.flatMap((token) => [token, base64(`user=${user}\x01auth=Bearer ${token}\x01\x01`)]),
    ...(oauth2?.refreshToken === undefined ? [] : [oauth2.refreshToken, oauth2.clientSecret]),
    proxy && decodeURIComponent(proxy.password),
    dkim?.privateKey,
  ];
}
