import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A relay in front of a server. It records the bytes of the clients, and can send text as the server. */
export interface RecordingRelay extends AsyncDisposable {
  readonly port: number;
  /** Returns all bytes of the clients, one character for each. */
  recorded(): string;
  /** Sends text to the clients as the server. */
  inject(text: string): void;
  /** Drops everything that the server sends from now on. */
  mute(): void;
  /** Closes every open connection. */
  cut(): void;
  /** Resets every open connection, as a crash does. */
  reset(): void;
  /** Returns the number of clients that are connected. */
  connections(): number;
}

/** Starts a relay. `edit` changes what the server sends. */
export async function startRecordingRelay(port: number, edit: (text: string) => string = (text) => text): Promise<RecordingRelay> {
  const chunks: Buffer[] = [];
  const clients = new Set<Socket>();
  let isMute = false;
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port, host: '127.0.0.1', noDelay: true });
    clients.add(client);
    client.on('error', () => undefined).on('close', () => void (clients.delete(client) && upstream.destroy()));
    upstream.on('error', () => undefined).on('close', () => isMute || client.destroy());
    client.on('data', (chunk) => void chunks.push(chunk)).pipe(upstream);
    upstream.on('data', (chunk) => isMute || client.write(Buffer.from(edit(chunk.toString('latin1')), 'latin1')));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const each = (act: (client: Socket) => void): void => {
    for (const client of clients) act(client);
  };
  return {
    port: (server.address() as AddressInfo).port,
    recorded: () => Buffer.concat(chunks).toString('latin1'),
    inject: (text) => each((client) => void client.write(text)),
    mute() {
      isMute = true;
    },
    cut: () => each((client) => client.destroy()),
    reset: () => each((client) => client.resetAndDestroy()),
    connections: () => clients.size,
    async [Symbol.asyncDispose]() {
      each((client) => client.destroy());
      server.close();
      await once(server, 'close');
    },
  };
}
