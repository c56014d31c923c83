import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A server that speaks no protocol, on 127.0.0.1. */
export interface RawServer extends AsyncDisposable {
  readonly port: number;
  /** Connections that are open now. */
  connections(): number;
  /** All that clients have said. */
  heard(): string;
}

/** Whatever `serve` does with a connection. By default it listens and says nothing. */
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

/** A port of 127.0.0.1 that nobody listens at. */
export async function closedPort(): Promise<number> {
  await using server = await startRaw();
  return server.port;
}
