import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A relay in front of a server. It records the bytes of the clients. */
export interface RecordingRelay {
  readonly port: number;
  /** Returns all bytes of the clients, one character for each. */
  recorded(): string;
  /** Breaks every open connection. */
  cut(): void;
  close(): Promise<void>;
}

/** Listens on this loopback address, and passes everything on to this port of 127.0.0.1. */
export async function startRecordingRelay(port: number, host = '127.0.0.1'): Promise<RecordingRelay> {
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
    recorded: () => Buffer.concat(chunks).toString('latin1'),
    cut,
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
