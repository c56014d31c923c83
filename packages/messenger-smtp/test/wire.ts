import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A line in front of a server that keeps what its clients say. */
export interface Wire {
  readonly port: number;
  /** All that clients have said in clear, as it came. */
  said(): string;
  /** Breaks every line that is open. */
  cut(): void;
  close(): Promise<void>;
}

/** Listens on this loopback address, and passes everything on to this port of 127.0.0.1. */
export async function tap(port: number, host = '127.0.0.1'): Promise<Wire> {
  const chunks: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('data', (chunk) => chunks.push(chunk));
    client.pipe(upstream).pipe(client);
  });
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  server.listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    said: () => Buffer.concat(chunks).toString('latin1'),
    cut,
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
