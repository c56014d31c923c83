import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A TCP server on 127.0.0.1 that speaks no protocol. */
export interface RawServer extends AsyncDisposable {
  readonly port: number;
  /** Returns the number of connections that are open now. */
  connections(): number;
  /** Returns all that clients have said, as Latin-1. */
  heard(): string;
}

/** Starts a TCP server. `serve` gets every connection; by default the server listens and says nothing. */
export async function startRaw(serve: (socket: Socket) => void = () => undefined): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let heard = '';
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
    });
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => sockets.size,
    heard: () => heard,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
