import { once } from 'node:events';
import { connect as connectSocket, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { domainToASCII } from 'node:url';
import { openTunnel, type ProxyError } from '@sitemessage/http/tunnel';
import { coded } from './coded.ts';
import { Line } from './line.ts';
import type { Settings } from './options.ts';
import type { OnStage } from './stage.ts';
import { startTls } from './starttls.ts';

/**
 * A line to the server, which has shown a certificate for the domain of the JID before anybody logs in over it. It ends with the signal, up
 * to then.
 *
 * @throws Error that holds no credentials.
 */
export async function connect(settings: Settings, signal: AbortSignal, onStage: OnStage): Promise<Line> {
  onStage(settings.proxy ? 'the proxy' : 'TCP');
  const socket = settings.proxy ? await throughProxy(settings.proxy, settings, signal) : connectSocket(settings.port, settings.host);
  // Between two steps nobody listens; and what is under a TLS socket has errors of its own.
  socket.on('error', () => undefined);
  socket.setNoDelay(true);
  const stop = (): void => void socket.destroy(signal.reason as Error);
  signal.addEventListener('abort', stop);
  try {
    if (signal.aborted) throw signal.reason;
    if (socket.connecting) await once(socket, 'connect');
    if (settings.tls === 'none') return new Line(socket, false);
    if (settings.tls === 'starttls') {
      onStage('STARTTLS');
      await startTls(socket, settings.domain);
    }
    onStage('TLS');
    return new Line(await encrypt(socket, settings), true);
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

/** RFC 6120, 13.7.2, and XEP-0368: it is the domain that is asked for and checked, wherever the server is. */
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
