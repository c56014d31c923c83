import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { XmppHost } from './host.ts';
import { type StreamOptions, serve } from './stream.ts';

export interface XmppListener {
  readonly port: number;
  /** Returns the number of connections that are open now. */
  connections(): number;
  /** Returns the number of connections that were ever opened. */
  connected(): number;
  close(): Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1. */
export async function listen(options: StreamOptions, host: XmppHost): Promise<XmppListener> {
  const sockets = new Set<Socket>();
  let connected = 0;
  // Without `noDelay`, the features would wait 40 ms until the client acknowledges the header.
  const server = createServer({ noDelay: true }, (socket) => {
    connected += 1;
    sockets.add(socket);
    // Tests break connections on purpose.
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, options, host);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => sockets.size,
    connected: () => connected,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
