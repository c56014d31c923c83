import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { type Ending, Timeout } from './request.ts';
import { openTunnel } from './tunnel.ts';

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

/** A proxy that takes all the time of a request is to blame; whoever wants it no more is not. */
async function dig(proxy: URL, host: string, port: number, { ending }: Ending): Promise<Socket> {
  try {
    return await openTunnel(proxy, host, port, ending);
  } catch (error) {
    throw ending.aborted && !(ending.reason instanceof Timeout) ? ending.reason : error;
  }
}
