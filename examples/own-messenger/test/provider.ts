import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Emulator, Fault, Received } from '@sitemessage/core/testing';

/** The status for each fault of the messenger contract. 0 breaks the connection. */
const statuses = { permanent: 410, configuration: 401, unknown: 0 } as const;

export interface Provider {
  readonly url: string;
  readonly emulator: Emulator;
  close(): Promise<void>;
}

/** Starts a receiver of webhooks that keeps the messages, and fails on demand. */
export async function startProvider(token: string): Promise<Provider> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  let fault: (Fault & { times: number }) | undefined;

  const failIfAsked = (response: ServerResponse): boolean => {
    if (!fault || fault.times === 0) return false;
    fault.times -= 1;
    const status = fault.kind === 'transient' ? (fault.scope && fault.scope !== 'dispatch' ? 429 : 503) : statuses[fault.kind];
    if (status === 0) response.socket?.destroy();
    else response.writeHead(status, { connection: 'close' }).end();
    return true;
  };

  const server = createServer(async (request, response) => {
    const { socket } = request;
    // Only connections with a request count. After an abort, `fetch` of some Nodes keeps an unused one open
    // for a while.
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    if (request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end();
    if (fault?.when === 'before' && failIfAsked(response)) return;
    const { text } = JSON.parse(body) as { text: string };
    received.push({ address: new URL(request.url ?? '', `http://${request.headers.host}`).href, text });
    if (fault?.when === 'after' && failIfAsked(response)) return;
    response.writeHead(204, { connection: 'close' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    emulator: {
      received: () => [...received],
      fail: (next) => {
        fault = { times: 1, ...next };
      },
      // The answers have no body.
      answerWith: () => undefined,
      connections: () => sockets.size,
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
