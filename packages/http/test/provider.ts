import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Certificate } from '@sitemessage/test-support';

/** A request that the server has read to its end. */
interface Taken {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Answers a request that was read to its end. */
export type Answer = (response: ServerResponse, taken: Taken) => unknown;

/** An HTTP server on 127.0.0.1 that records requests. */
export interface Provider extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly taken: readonly Taken[];
  /** The open connections. */
  readonly sockets: ReadonlySet<Socket>;
  /** Returns the number of connections opened so far. */
  connected(): number;
}

const ok: Answer = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');

/** Starts a server, with TLS when it gets a certificate. */
export async function startProvider(answer: Answer = ok, certificate?: Certificate): Promise<Provider> {
  const taken: Taken[] = [];
  const sockets = new Set<Socket>();
  let connected = 0;
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method, url, headers } = incoming;
    const request = { method, url, headers, body: Buffer.concat(chunks) };
    taken.push(request);
    answer(response, request);
  };
  const handle = (incoming: IncomingMessage, response: ServerResponse): void => {
    serve(incoming, response).catch(() => response.destroy());
  };
  const server: Server = certificate ? createSecureServer(certificate, handle) : createServer(handle);
  server.on('connection', (socket: Socket) => {
    connected += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`,
    taken,
    sockets,
    connected: () => connected,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
