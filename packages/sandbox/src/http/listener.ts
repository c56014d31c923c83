import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpFaults, HttpReply, HttpStage } from './faults.ts';

/** A request, read to its end. */
export interface HttpRequest {
  readonly verb: string;
  readonly url: URL;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The provider behind the listener. */
export interface HttpProvider {
  readonly faults: HttpFaults;
  /** Does what is asked. */
  answer(request: HttpRequest): HttpReply | Promise<HttpReply>;
  /** Whether a reply of its says that it did so. Default: every status below 300 does. */
  isTaken?(reply: HttpReply): boolean;
}

export interface HttpListener {
  readonly port: number;
  /** Connections that are open now. */
  connections(): number;
  /** Connections that were ever opened. */
  connected(): number;
  /** Requests that came, whatever became of them. */
  requests(): number;
  close(): Promise<void>;
}

const host = '127.0.0.1';

/** An HTTP server on a free port of 127.0.0.1 that meets its faults. */
export async function listenHttp(provider: HttpProvider): Promise<HttpListener> {
  const { faults, isTaken = ({ status }) => status < 300 } = provider;
  const sockets = new Set<Socket>();
  const over = new AbortController();
  let connected = 0;
  let requests = 0;

  /** Whether the fault, if there is one, has ended the request. */
  const meet = async (stage: HttpStage, method: string, response: ServerResponse): Promise<boolean> => {
    const fault = faults.strike(stage, method);
    if (!fault) return false;
    if (fault.delayMs !== undefined) {
      await sleep(fault.delayMs, undefined, { signal: over.signal });
      return false;
    }
    if (fault.drop) response.destroy();
    else if (fault.reply) send(response, fault.reply);
    return true;
  };

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests += 1;
    const url = new URL(incoming.url ?? '/', `http://${host}`);
    const method = methodOf(url);
    if (await meet('head', method, response)) return;
    const body = await bodyOf(incoming);
    if (await meet('request', method, response)) return;
    const reply = await provider.answer({ verb: incoming.method ?? 'GET', url, headers: incoming.headers as Record<string, string>, body });
    if (isTaken(reply) && (await meet('taken', method, response))) return;
    send(response, reply);
  };

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    connected += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, host);
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    connections: () => sockets.size,
    connected: () => connected,
    requests: () => requests,
    async close() {
      over.abort();
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** The API's method that a URL stands for, as it stands there: the last part of its path. */
export const methodOf = (url: URL): string => url.pathname.split('/').at(-1) ?? '';

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, headers, body = '' }: HttpReply): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const contentType = typeof body === 'string' ? 'text/html' : 'application/json';
  response.writeHead(status, { 'content-type': contentType, ...headers }).end(text);
}
