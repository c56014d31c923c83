import type { Socket } from 'node:net';
import { openTunnel, type ProxyError } from '@sitemessage/http/tunnel';
import type { SMTPConnectionAuth, SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import XOAuth2, { type XOAuth2ProvisionCallback } from 'nodemailer/lib/xoauth2';
import { aborted, Connection, coded } from './connection.ts';
import { defaultPorts, type Settings } from './options.ts';
import { fetchToken } from './token.ts';

/**
 * The longest wait for the connection, and for the greeting, in milliseconds. It is shorter than a send may
 * take, whose timeout could not say what is missing.
 */
const setUpMs = 10_000;
/** More bytes than any server sends in one reply. */
const longestReply = 64 * 1024;

/** Opens a connection that is logged in. */
export type Connect = (signal: AbortSignal) => Promise<Connection>;

/**
 * Makes the function that opens connections. `onToken` is called with every OAuth2 token that was fetched,
 * before it is used. It is a secret.
 */
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
      throw explain(error as SetUpError, settings);
    }
  };
}

/** The parts of nodemailer's errors that tell how far a connection got. */
interface SetUpError extends Error {
  /** OpenSSL's words, without its numbers and file names. */
  readonly reason?: string;
  readonly timeoutType?: 'CONNECT_TIMEOUT' | 'GREETING_TIMEOUT' | 'UPGRADE_TIMEOUT';
}

/** Returns an error that tells which option to change, or the same error. */
function explain(error: SetUpError, { port, tls }: Settings): Error {
  const within = `within ${setUpMs / 1_000} s`;
  if (tls === 'implicit' && error.reason === 'wrong version number') {
    const instead = "Ports with STARTTLS, such as 587, want `tls: 'starttls'` or an smtp:// `url`";
    return coded('ETLS', `the server does not begin with TLS at port ${port}. ${instead}.`);
  }
  switch (error.timeoutType) {
    case 'CONNECT_TIMEOUT':
      return coded('ETIMEDOUT', `it did not ${tls === 'implicit' ? 'connect and encrypt' : 'connect'} ${within}`);
    case 'UPGRADE_TIMEOUT':
      return coded('ETIMEDOUT', `it did not encrypt ${within}`);
    case 'GREETING_TIMEOUT':
      if (port !== defaultPorts.implicit || tls === 'implicit') return coded('ETIMEDOUT', `it did not greet ${within}`);
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

/** Returns the login, or undefined for none. All connections share one XOAuth2, and so its token. */
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

/**
 * Connects through a proxy, which looks up the name.
 *
 * @throws Error without credentials. `EPROXY`: the proxy refused. `ECONNECTION`: the proxy or the server
 * could not be reached. `EABORT`: the signal aborted.
 */
async function connectThroughProxy(proxy: URL, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  try {
    return await openTunnel(proxy, host, port, signal);
  } catch (error) {
    if (signal.aborted) throw aborted();
    const { fault, message } = error as ProxyError;
    throw coded(fault === 'refused' ? 'EPROXY' : 'ECONNECTION', `${message} (to ${host}:${port})`);
  }
}
