import { redactor, type SendContext, type Session } from '@sitemessage/core';
import { createConnect } from './connect.ts';
import { smtpError } from './errors.ts';
import { composeMail } from './mail.ts';
import type { Settings } from './options.ts';
import { ConnectionPool } from './pool.ts';
import { createSign } from './serialize.ts';
import { transmit } from './transmit.ts';

/**
 * The number of tokens that are remembered as secrets, because a server may show an old one. With one token
 * an hour, they are the tokens of four days.
 */
const mostTokens = 100;

/**
 * Opens a session, with one connection that is logged in. Mails that are in flight at the same time open
 * more. `tokens`: the OAuth2 tokens that were fetched for this messenger, the last one first.
 *
 * @throws SitemessageError that says why no connection could be opened.
 */
export async function openSession(settings: Settings, tokens: string[], { signal }: SendContext): Promise<Session> {
  const redact = redactor(() => secretsOf(settings, tokens));
  const sign = settings.dkim && createSign(settings.dkim);
  const pool = new ConnectionPool(
    createConnect(settings, (token) => {
      tokens.unshift(token);
      tokens.splice(mostTokens);
    }),
  );
  try {
    await pool.giveBack(await pool.open(signal));
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
        const sent = await transmit({ envelope, content, recipient: delivery.address, progress, signal }, pool);
        return { providerId: redact.text(sent.serverMessageId ?? queueId(sent.response) ?? mail.messageId) };
      } catch (error) {
        throw smtpError(error, { ...progress, breaksRepeatedly: pool.breaksRepeatedly }, redact);
      }
    },
    close: () => pool.close(),
  };
}

/** Returns the server's id of a mail, as Postfix and others give it: `250 2.0.0 OK queued as ABC123`. */
function queueId(response: string | undefined): string | undefined {
  return /\bqueued as ([\w.-]+)/i.exec(response ?? '')?.[1];
}

/** Returns the secrets to redact. Called again for each error, because tokens change. */
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
