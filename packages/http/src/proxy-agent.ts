import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { type Ending, Timeout } from './request.ts';
import { throughHttp } from './tunnels/http.ts';
import { throughSocks } from './tunnels/socks.ts';

/** Longer than any handshake takes, and shorter than a send may. */
const longestHandshakeMs = 10_000;

/** Connects through a proxy, and keeps the tunnels alive. A ProxyError is the error of the request. */
export function proxyAgent(proxy: URL, isSecure: boolean): HttpAgent {
  const agent = isSecure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const encrypt = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const over = (tunnel: Socket): ConnectionOptions => ({ ...(options as ConnectionOptions), socket: tunnel });
    dig(proxy, String(options.host), Number(options.port), options as unknown as Ending).then(
      (tunnel) => callback?.(null, isSecure ? (encrypt(over(tunnel) as typeof options) as Socket) : tunnel),
      (error) => callback?.(error, undefined as never),
    );
    return undefined;
  };
  return agent;
}

/** Whatever ends it before the tunnel is there ends the connection to the proxy too. */
async function dig(proxy: URL, host: string, port: number, { ending }: Ending): Promise<Socket> {
  const handshake = new AbortController();
  const stop = (): void => handshake.abort();
  const timer = setTimeout(stop, longestHandshakeMs);
  ending.addEventListener('abort', stop);
  if (ending.aborted) stop();
  try {
    return await (proxy.protocol.startsWith('socks') ? throughSocks : throughHttp)(proxy, host, port, handshake.signal);
  } catch (error) {
    throw ending.aborted && !(ending.reason instanceof Timeout) ? ending.reason : error;
  } finally {
    clearTimeout(timer);
    ending.removeEventListener('abort', stop);
  }
}
