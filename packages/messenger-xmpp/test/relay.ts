import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A line in front of a server, which keeps what clients say in clear, and can say something in the server's place. */
export interface Relay extends AsyncDisposable {
  readonly port: number;
  heard(): string;
  /** As if the server had said it. */
  say(text: string): void;
  /** From now on the server is not heard any more. */
  mute(): void;
  /** Breaks every line that is open. */
  cut(): void;
  /** Breaks every line that is open as a crash does. */
  reset(): void;
  /** The client's side, open now. */
  connections(): number;
}

/** `edit`: what the client hears in place of what the server says. */
export async function startRelay(port: number, edit: (text: string) => string = (text) => text): Promise<Relay> {
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
    heard: () => Buffer.concat(chunks).toString('latin1'),
    say: (text) => each((client) => void client.write(text)),
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
