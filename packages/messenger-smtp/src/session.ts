import { type Redactor, redactor, type SendContext, type Session } from '@sitemessage/core';
import { createTransport, type SMTPPoolOptions } from 'nodemailer';
import { smtpError } from './errors.ts';
import { composeMail } from './mail.ts';
import type { Settings } from './options.ts';
import { watchProgress } from './progress.ts';
import { connectThroughSocks } from './proxy.ts';
import { verify } from './verify.ts';

/** Connects and logs in once, to find out whether it can, and keeps a pool of connections from then on. */
export async function openSession(settings: Settings, { signal }: SendContext): Promise<Session> {
  const redact = redactorFor(settings);
  const options = poolOptions(settings);
  await verify(options, signal).catch((error) => {
    throw smtpError(error, { isComplete: false }, redact);
  });
  const transport = createTransport(options);
  watchProgress(transport);

  return {
    async send(delivery, { signal }) {
      const progress = { isComplete: false };
      const mail = composeMail(delivery, settings);
      try {
        const sent = await transport.sendMail({ ...mail, signal, progress });
        // Somebody in `cc` or `bcc` was accepted, and the mail went out to them alone.
        const refusal = sent.rejectedErrors?.find(({ recipient }) => recipient === delivery.address);
        if (refusal) throw refusal;
        return { providerId: redact.text(sent.serverMessageId ?? queueId(sent.response) ?? sent.messageId) };
      } catch (error) {
        throw smtpError(error, progress, redact);
      }
    },
    close: async () => transport.close(),
  };
}

function poolOptions(settings: Settings): SMTPPoolOptions {
  const { host, port, tls, ca, name, proxy, dkim } = settings;
  return {
    pool: true,
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    maxConnections: settings.connections,
    // How many mails a connection takes is for the server to say, by closing it.
    maxMessages: Number.POSITIVE_INFINITY,
    ...(ca !== undefined && { tls: { ca } }),
    ...(name !== undefined && { name }),
    ...(dkim && { dkim: { ...dkim, headerFieldNames: signedHeaders } }),
    ...authentication(settings),
    ...(proxy && throughProxy(proxy)),
  };
}

/** Those of RFC 6376, 5.4.1 that a mail of ours can have, and those of RFC 8058, 4, which a reader only believes when they are signed. */
const signedHeaders =
  'From:Reply-To:Subject:Date:To:Cc:Message-ID:MIME-Version:Content-Type:Content-Transfer-Encoding:In-Reply-To:References:List-Id:List-Unsubscribe:List-Unsubscribe-Post';

function authentication({ user = '', password, oauth2 }: Settings): Pick<SMTPPoolOptions, 'auth'> {
  if (oauth2) return { auth: { type: 'OAuth2', user, ...oauth2 } };
  return password === undefined ? {} : { auth: { user, pass: password } };
}

function throughProxy(proxy: URL): SMTPPoolOptions {
  if (proxy.protocol === 'http:')
    return { proxy: proxy.port === '' ? `${proxy.href.replace(proxy.host, `${proxy.host}:80`)}` : proxy.href };
  return {
    getSocket({ host = '', port }, done) {
      connectThroughSocks(proxy, host, Number(port)).then(
        (connection) => done(null, { connection }),
        (error) => done(error),
      );
    },
  };
}

/** `250 2.0.0 OK queued as ABC123`: how Postfix and others name what they took. */
function queueId(response: string | undefined): string | undefined {
  return /\bqueued as ([\w.-]+)/i.exec(response ?? '')?.[1];
}

function redactorFor({ user = '', password, oauth2, proxy, dkim }: Settings): Redactor {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return redactor([
    password,
    password === undefined ? undefined : base64(`\0${user}\0${password}`),
    oauth2?.accessToken,
    oauth2?.accessToken === undefined ? undefined : base64(`user=${user}\x01auth=Bearer ${oauth2.accessToken}\x01\x01`),
    ...(oauth2?.refreshToken === undefined ? [] : [oauth2.refreshToken, oauth2.clientSecret]),
    proxy && decodeURIComponent(proxy.password),
    dkim?.privateKey,
  ]);
}
