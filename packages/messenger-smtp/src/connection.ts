import type { Socket } from 'node:net';
import SMTPConnection, { type SMTPConnectionAuth } from 'nodemailer/lib/smtp-connection';
import XOAuth2 from 'nodemailer/lib/xoauth2';
import type { Settings } from './options.ts';
import { connectThroughProxy } from './proxy.ts';

/** A connection that is ready to send. `destroyed` when it is of no use any more. */
export type Connection = SMTPConnection;

/** Opens connections to one server. */
export type Connect = (signal: AbortSignal) => Promise<Connection>;

/** What an operation that was aborted ends with, as if nodemailer had known signals. */
export const aborted = (): Error => Object.assign(new Error('stopped'), { code: 'EABORT' });

export function createConnect(settings: Settings): Connect {
  const auth = authentication(settings);
  return async (signal) => {
    if (signal.aborted) throw aborted();
    const { host, port, proxy } = settings;
    const socket = proxy && (await connectThroughProxy(proxy, host, port, signal));
    const connection = new SMTPConnection({ ...options(settings), ...(socket && { connection: socket }) });
    try {
      await greet(connection, signal);
      if (auth) await logIn(connection, auth, signal);
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  };
}

function options({ host, port, tls, ca, name }: Settings): ConstructorParameters<typeof SMTPConnection>[0] {
  return {
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    // Whoever closes is done with the server, which may have fallen silent.
    socketCloseTimeout: 0,
    ...(ca !== undefined && { tls: { ca } }),
    ...(name !== undefined && { name }),
  };
}

/** Connects, says hello and encrypts. */
function greet(connection: SMTPConnection, signal: AbortSignal): Promise<void> {
  return untilAborted(signal, (resolve, reject) => {
    // Kept for as long as the connection: one that breaks while it is idle tells nobody else.
    connection.on('error', reject);
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
}

function logIn(connection: SMTPConnection, auth: SMTPConnectionAuth, signal: AbortSignal): Promise<void> {
  return untilAborted(signal, (resolve, reject) => {
    if (!connection.allowsAuth) {
      reject(Object.assign(new Error('the server does not offer it'), { code: 'EAUTH' }));
      return;
    }
    connection.once('error', reject);
    connection.login({ ...auth }, (error) => (error ? reject(error) : resolve()));
  });
}

/** All connections share what fetches tokens, and so the token. */
function authentication({ user, password, oauth2 }: Settings): SMTPConnectionAuth | undefined {
  if (user === undefined) return undefined;
  return oauth2 ? { user, oauth2: new XOAuth2({ user, ...oauth2 }) } : { user, pass: password };
}

async function untilAborted(signal: AbortSignal, work: (resolve: () => void, reject: (error: Error) => void) => void): Promise<void> {
  const abort = Promise.withResolvers<void>();
  const onAbort = (): void => abort.reject(aborted());
  signal.addEventListener('abort', onAbort);
  try {
    await Promise.race([new Promise<void>(work), abort.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
