import type { SMTPConnectionAuth, SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import XOAuth2, { type XOAuth2ProvisionCallback } from 'nodemailer/lib/xoauth2';
import { Connection, coded } from './connection.ts';
import { ports, type Settings } from './options.ts';
import { connectThroughProxy } from './proxy.ts';
import { fetchToken } from './token.ts';

/** For the connection, the greeting and the encryption together. Shorter than a send may take, which could not say what is missing. */
const setUpMs = 10_000;
/** More than any server says at once. */
const longestReply = 64 * 1024;

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
      throw explained(error as SetUpError, settings);
    }
  };
}

/** The parts of an error of nodemailer that tell how far a connection got. */
interface SetUpError extends Error {
  /** OpenSSL's words, without its numbers and file names. */
  readonly reason?: string;
  readonly timeoutType?: 'CONNECT_TIMEOUT' | 'GREETING_TIMEOUT' | 'UPGRADE_TIMEOUT';
}

/** The same error in words that tell which option to change. */
function explained(error: SetUpError, { port, tls }: Settings): Error {
  const within = `within ${setUpMs / 1_000} s`;
  if (tls === 'implicit' && error.reason === 'wrong version number') {
    const instead = "Port 587 and others with STARTTLS want `tls: 'starttls'` or an smtp:// `url`";
    return coded('ETLS', `the server does not speak TLS from the first byte on at port ${port}. ${instead}.`);
  }
  switch (error.timeoutType) {
    case 'CONNECT_TIMEOUT':
      return coded('ETIMEDOUT', `it did not ${tls === 'implicit' ? 'connect and encrypt' : 'connect'} ${within}`);
    case 'UPGRADE_TIMEOUT':
      return coded('ETIMEDOUT', `it did not encrypt ${within}`);
    case 'GREETING_TIMEOUT':
      if (port !== ports.implicit || tls === 'implicit') return coded('ETIMEDOUT', `it did not greet ${within}`);
      return coded('ETLS', `the server did not greet ${within}. Port ${port} wants \`tls: 'implicit'\` or an smtps:// \`url\`.`);
  }
  return error;
}

function optionsOf({ host, port, tls, ca, name }: Settings): SMTPConnectionOptions {
  return {
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    connectionTimeout: setUpMs,
    greetingTimeout: setUpMs,
    maxResponseSize: longestReply,
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
