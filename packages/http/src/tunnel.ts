/** The entry `@sitemessage/http/tunnel`: connections through proxies for whatever is no HTTP. */
import type { Socket } from 'node:net';
import { throughHttp } from './tunnels/http.ts';
import { throughSocks } from './tunnels/socks.ts';

export { ProxyError, type ProxyFault } from './proxy-error.ts';
export { checkProxyUrl } from './proxy-url.ts';

/** Longer than any handshake takes, and shorter than a send may. */
const longestHandshakeMs = 10_000;

/**
 * Opens a connection to `host:port` through a proxy, which looks up the name. The socket keeps all that the server has said until somebody
 * reads it. The signal, or 10 s, ends the handshake and the connection to the proxy.
 *
 * @throws ProxyError, also when the signal was aborted, of which it says nothing.
 */
export async function openTunnel(proxy: URL, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const handshake = new AbortController();
  const stop = (): void => handshake.abort();
  const timer = setTimeout(stop, longestHandshakeMs);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    return await (proxy.protocol.startsWith('socks') ? throughSocks : throughHttp)(proxy, host, port, handshake.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
