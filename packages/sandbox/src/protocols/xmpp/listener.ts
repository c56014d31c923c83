import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { XmppHost } from './host.ts';
import { type StreamOptions, serve } from './stream.ts';

export interface XmppListener {
  readonly port: number;
  /** Open now. */
  connections(): number;
  /** Ever opened. */
  connected(): number;
  close(): Promise<void>;
}

/** A free port of 127.0.0.1. */
export async function listen(options: StreamOptions, host: XmppHost): Promise<XmppListener> {
  const sockets = new Set<Socket>();
  let connected = 0;
  // Header and features are two writes, of which the second would wait 40 ms for the client to acknowledge the first.
  const server = createServer({ noDelay: true }, (socket) => {
    connected += 1;
    sockets.add(socket);
    // A client that goes away in the middle is nothing unusual here.
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
