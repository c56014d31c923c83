import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpFaults, HttpReply, HttpStage } from './faults.ts';

/** A request with its whole body. */
export interface HttpRequest {
  readonly verb: string;
  readonly url: URL;
  /** The headers by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The provider behind the listener. */
export interface HttpProvider {
  readonly faults: HttpFaults;
  /** Handles a request. */
  answer(request: HttpRequest): HttpReply | Promise<HttpReply>;
  /** Returns true for a reply that says that the request was accepted. Default: every status below 300. */
  isTaken?(reply: HttpReply): boolean;
}

export interface HttpListener {
  readonly port: number;
  /** Returns the number of connections that are open now. */
  connections(): number;
  /** Returns the number of connections that were ever opened. */
  connected(): number;
  /** Returns the number of requests that came, also of those that a fault struck. */
  requests(): number;
  close(): Promise<void>;
}

const host = '127.0.0.1';

/** Starts an HTTP server on a free port of 127.0.0.1. The faults of the provider strike its requests. */
export async function listenHttp(provider: HttpProvider): Promise<HttpListener> {
  const { faults, isTaken = ({ status }) => status < 300 } = provider;
  const sockets = new Set<Socket>();
  const closing = new AbortController();
  let connected = 0;
  let requests = 0;

  /** Applies the fault that strikes now, if there is one. Returns true when the request is over. */
  const isEndedByFault = async (stage: HttpStage, method: string, response: ServerResponse): Promise<boolean> => {
    const fault = faults.trigger(stage, method);
    if (!fault) return false;
    if (fault.delayMs !== undefined) {
      await sleep(fault.delayMs, undefined, { signal: closing.signal });
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
    if (await isEndedByFault('head', method, response)) return;
    const body = await bodyOf(incoming);
    if (await isEndedByFault('request', method, response)) return;
    const reply = await provider.answer({ verb: incoming.method ?? 'GET', url, headers: incoming.headers as Record<string, string>, body });
    if (isTaken(reply) && (await isEndedByFault('taken', method, response))) return;
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
      closing.abort();
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** Returns the method of the API that a URL calls: the last part of its path. */
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
