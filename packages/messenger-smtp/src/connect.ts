import type { SMTPConnectionAuth, SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import XOAuth2 from 'nodemailer/lib/xoauth2';
import { aborted, Connection } from './connection.ts';
import type { Settings } from './options.ts';
import { connectThroughProxy } from './proxy.ts';

/** Opens a connection that is logged in. */
export type Connect = (signal: AbortSignal) => Promise<Connection>;

export function createConnect(settings: Settings): Connect {
  const auth = authentication(settings);
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
function authentication({ user, password, oauth2 }: Settings): SMTPConnectionAuth | undefined {
  if (user === undefined) return undefined;
  return oauth2 ? { user, oauth2: new XOAuth2({ user, ...oauth2 }) } : { user, pass: password };
}

/** An abort leaves the handshake behind, which ends by itself: what it may still connect is closed. */
async function throughProxy({ proxy, host, port }: Settings, signal: AbortSignal): Promise<SMTPConnectionOptions> {
  if (!proxy) return {};
  const connecting = connectThroughProxy(proxy, host, port);
  const { promise: abort, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => {
    reject(aborted());
    connecting.then(
      (socket) => socket.destroy(),
      () => undefined,
    );
  };
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  try {
    return { connection: await Promise.race([connecting, abort]) };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
