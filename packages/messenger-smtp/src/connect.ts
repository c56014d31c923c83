import type { SMTPConnectionAuth, SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import XOAuth2, { type XOAuth2ProvisionCallback } from 'nodemailer/lib/xoauth2';
import { Connection } from './connection.ts';
import type { Settings } from './options.ts';
import { connectThroughProxy } from './proxy.ts';
import { fetchToken } from './token.ts';

/** Opens a connection that is logged in. */
export type Connect = (signal: AbortSignal) => Promise<Connection>;

/** `onToken` hears of every OAuth2 token that is fetched, before anybody else does: it is a secret. */
export function createConnect(settings: Settings, onToken: (token: string) => void): Connect {
  const auth = authentication(settings, onToken);
  return async (signal) => {
    const connection = new Connection({ ...optionsOf(settings), ...(await throughProxy(settings, signal)) });
    try {
      await connection.greet(signal);
      if (auth) await connection.logIn(auth, signal);
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  };
}

function optionsOf({ host, port, tls, ca, name }: Settings): SMTPConnectionOptions {
  return {
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(ca !== undefined && { tls: { ca } }),
    ...(name !== undefined && { name }),
  };
}

/** All connections share what fetches tokens, and so the token. */
function authentication({ user, password, oauth2 }: Settings, onToken: (token: string) => void): SMTPConnectionAuth | undefined {
  if (user === undefined) return undefined;
  if (!oauth2) return { user, pass: password };
  if (oauth2.accessToken !== undefined) return { user, oauth2: new XOAuth2({ user, accessToken: oauth2.accessToken }) };
  const provisionCallback: XOAuth2ProvisionCallback = (_user, _renew, done) => {
    fetchToken(oauth2).then(({ accessToken, expiresAt }) => {
      onToken(accessToken);
      done(null, accessToken, expiresAt);
    }, done);
  };
  return { user, oauth2: new XOAuth2({ user, provisionCallback }) };
}

async function throughProxy({ proxy, host, port }: Settings, signal: AbortSignal): Promise<SMTPConnectionOptions> {
  return proxy ? { connection: await connectThroughProxy(proxy, host, port, signal) } : {};
}
