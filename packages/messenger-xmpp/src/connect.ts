import { once } from 'node:events';
import { connect as connectSocket, isIP, type Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { connect as connectTls } from 'node:tls';
import { domainToASCII } from 'node:url';
import { openTunnel, type ProxyError } from '@sitemessage/http/tunnel';
import { type Element, xml } from '@xmpp/client';
import { coded, streamFault, xmlFault } from './faults.ts';
import type { Settings } from './options.ts';
import { boundsBeforeLogin, Reader } from './reader.ts';
import { SocketAdapter } from './socket-adapter.ts';
import { ns } from './xml.ts';

/** A stage in the opening of a session, for errors. */
export type Stage = 'the proxy' | 'TCP' | 'STARTTLS' | 'TLS' | 'logging in' | 'binding a resource';

/** Called at the beginning of each stage. */
export type OnStage = (stage: Stage) => void;

/**
 * Connects to the server, and encrypts. The server shows a certificate for the domain of the JID before
 * anybody logs in. The signal ends only the connecting.
 *
 * @throws Error without credentials.
 */
export async function connect(settings: Settings, signal: AbortSignal, onStage: OnStage): Promise<SocketAdapter> {
  onStage(settings.proxy ? 'the proxy' : 'TCP');
  const socket = settings.proxy ? await throughProxy(settings.proxy, settings, signal) : connectSocket(settings.port, settings.host);
  // Between two steps nobody else listens. The socket below a TLS socket emits errors too.
  socket.on('error', () => undefined);
  socket.setNoDelay(true);
  const stop = (): void => void socket.destroy(signal.reason as Error);
  signal.addEventListener('abort', stop);
  try {
    if (signal.aborted) throw signal.reason;
    if (socket.connecting) await once(socket, 'connect');
    if (settings.tls === 'none') return new SocketAdapter(socket, false);
    if (settings.tls === 'starttls') {
      onStage('STARTTLS');
      await startTls(socket, settings.domain);
    }
    onStage('TLS');
    return new SocketAdapter(await encrypt(socket, settings), true);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function throughProxy(proxy: URL, { host, port }: Settings, signal: AbortSignal): Promise<Socket> {
  try {
    return await openTunnel(proxy, host, port, signal);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const { fault, message } = error as ProxyError;
    const problem = `${message} (to ${host}:${port})`;
    throw fault === 'refused' ? coded('EPROXY', problem) : new Error(problem);
  }
}

/**
 * Asks the server to encrypt (RFC 6120, 5). Nothing else is ever sent in clear. Clear bytes after the
 * server's consent are dropped.
 *
 * @throws Error `ENOTLS` when the server does not consent.
 */
async function startTls(socket: Socket, domain: string): Promise<void> {
  const reader = new Reader(boundsBeforeLogin);
  const decoder = new StringDecoder('utf8');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const receive = (element: Element): void => {
    if (element.is('features', ns.streams)) {
      if (element.getChild('starttls', ns.tls)) socket.write(xml('starttls', { xmlns: ns.tls }).toString());
      else reject(coded('ENOTLS', 'the server does not offer STARTTLS'));
    } else if (element.is('proceed', ns.tls)) resolve();
    else reject(streamFault(element) ?? coded('ENOTLS', `the server answered <${element.name}> to STARTTLS`));
  };
  const read = (data: Buffer): void => reader.write(decoder.write(data));
  const closed = (): void => reject(new Error('the connection was closed before it was encrypted'));
  reader
    .on('element', receive)
    .on('error', (error: Error) => reject(xmlFault(error)))
    .on('end', closed);
  socket.on('data', read).on('error', reject).on('close', closed);
  const header = xml('stream:stream', {
    to: domain,
    version: '1.0',
    xmlns: 'jabber:client',
    'xmlns:stream': ns.streams,
  });
  socket.write(`<?xml version='1.0'?>${header.toString().replace(/\/>$/, '>')}`);
  try {
    await promise;
  } finally {
    socket.off('data', read).off('error', reject).off('close', closed);
  }
}

/**
 * Encrypts. Asks for the domain and checks its name, wherever the server is (RFC 6120, 13.7.2, and XEP-0368).
 */
async function encrypt(socket: Socket, { domain, tls, ca }: Settings): Promise<Socket> {
  const name = domainToASCII(domain);
  const secure = connectTls({
    socket,
    host: name,
    servername: isIP(name) ? '' : name,
    ...(tls === 'implicit' && { ALPNProtocols: ['xmpp-client'] }),
    ...(ca !== undefined && { ca }),
  });
  secure.on('error', () => undefined);
  const closed = Promise.withResolvers<never>();
  const close = (): void => closed.reject(new Error('the connection was closed while it was being encrypted'));
  secure.on('close', close);
  try {
    await Promise.race([once(secure, 'secureConnect'), closed.promise]);
    return secure;
  } finally {
    secure.off('close', close);
  }
}
