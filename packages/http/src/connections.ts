import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { makeResponse } from './body.ts';
import type { Settings } from './options.ts';
import { type ConnectOptions, exchange, TimeoutError } from './request.ts';
import { openTunnel } from './tunnel.ts';

/** Connections of one `createHttp`, kept alive until they are closed. */
export interface Connections {
  /** Sends a request and returns the reply, read to its end. @throws RequestError */
  send(request: Request): Promise<Response>;
  close(): void;
}

/**
 * Opens connections on demand. The global `fetch` would not do: when it fails, it does not say if the
 * request was written. It takes a proxy only as a dispatcher of undici, and no maintained library for SOCKS
 * and CONNECT has one that fits every Node since 22.
 */
export function openConnections({ baseUrl, proxy, timeoutMs }: Settings): Connections {
  const agent = agentFor(baseUrl.protocol === 'https:', proxy);
  const closing = new AbortController();
  return {
    async send(request) {
      const body = request.body ? await readStream(request.body) : undefined;
      const reply = await exchange(new URL(request.url), {
        method: request.method,
        headers: { ...Object.fromEntries(request.headers), ...(body && { 'content-length': String(body.length) }) },
        body,
        agent,
        timeoutMs,
        signals: [request.signal, closing.signal],
      });
      const { status, statusText } = reply;
      return makeResponse(reply.body, { status, statusText, headers: reply.headers as [string, string][] });
    },
    close() {
      closing.abort();
      agent.destroy();
    },
  };
}

/**
 * Reads a stream and unlocks it. ky cancels each stream; the error of a locked one takes a fifth of the CPU
 * time.
 */
async function readStream(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * Makes an agent that connects through the proxy, if there is one. A ProxyError is the error of the
 * request.
 */
function agentFor(isSecure: boolean, proxy: URL | undefined): HttpAgent {
  const agent = isSecure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  if (!proxy) return agent;
  const encrypt = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const over = (tunnel: Socket): ConnectionOptions => ({ ...(options as ConnectionOptions), socket: tunnel });
    connectThrough(proxy, String(options.host), Number(options.port), options as unknown as ConnectOptions).then(
      (tunnel) => callback?.(null, isSecure ? (encrypt(over(tunnel) as typeof options) as Socket) : tunnel),
      (error) => callback?.(error, undefined as never),
    );
    return undefined;
  };
  return agent;
}

/** Blames the proxy when it took all the time of the request, and not when the request was aborted. */
async function connectThrough(proxy: URL, host: string, port: number, { connectSignal }: ConnectOptions): Promise<Socket> {
  try {
    return await openTunnel(proxy, host, port, connectSignal);
  } catch (error) {
    throw connectSignal.aborted && !(connectSignal.reason instanceof TimeoutError) ? connectSignal.reason : error;
  }
}
