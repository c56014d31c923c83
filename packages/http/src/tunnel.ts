/** The entry `@sitemessage/http/tunnel`: connections through proxies, for protocols other than HTTP. */
import type { Socket } from 'node:net';
import { connectByHttp } from './tunnel/http.ts';
import { connectBySocks } from './tunnel/socks.ts';

export { checkProxyUrl, ProxyError, type ProxyFault } from './tunnel/proxy.ts';

/** The longest time of a handshake. It leaves most of the 30 s that a send may take by default. */
const handshakeTimeoutMs = 10_000;

/**
 * Connects to `host:port` through a proxy. The proxy looks up the name. The socket keeps all that the server
 * says until somebody reads it. Check the URL of the proxy with `checkProxyUrl` first. The handshake ends
 * after 10 s, or when the signal is aborted; then the connection to the proxy is closed.
 *
 * @throws ProxyError. It does not tell an aborted signal from a proxy that did not answer in time.
 */
export async function openTunnel(proxy: URL, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const handshake = new AbortController();
  const stop = (): void => handshake.abort();
  const timer = setTimeout(stop, handshakeTimeoutMs);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    return await (proxy.protocol.startsWith('socks') ? connectBySocks : connectByHttp)(proxy, host, port, handshake.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
