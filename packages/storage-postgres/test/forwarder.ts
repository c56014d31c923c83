import { EventEmitter, once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What stands between a client and the server, and forwards what they say. */
export interface Forwarder {
  /** The server's, by way of this. */
  readonly connectionString: string;
  /** Lines that clients have made so far. */
  lines(): number;
  /** From now on whatever is said is lost, also that somebody has hung up. Nobody is hung up on. */
  goSilent(): void;
  /** Resolves when the next words of a client are lost. */
  lost(): Promise<unknown>;
  /** From now on everybody is hung up on, at once. */
  goDown(): void;
  /** Forwards again what is said from now on. */
  comeBack(): void;
  /** From now on a round trip takes so many milliseconds longer. */
  delay(roundTripMs: number): void;
  close(): Promise<void>;
}

export async function startForwarder(connectionString: string): Promise<Forwarder> {
  const address = new URL(connectionString);
  const { hostname: host, port } = address;
  const news = new EventEmitter();
  const sockets = new Set<Socket>();
  let state: 'up' | 'silent' | 'down' = 'up';
  let lines = 0;
  let oneWayMs = 0;

  const forward = (from: Socket, to: Socket, onLost: () => void): void => {
    sockets.add(from);
    const pass = (work: () => void): void => void (oneWayMs === 0 ? work() : setTimeout(work, oneWayMs));
    from.on('data', (bytes) => (state === 'up' ? pass(() => to.write(bytes)) : onLost()));
    from.on('end', () => (state === 'up' ? pass(() => to.end()) : undefined));
    from.on('error', () => undefined);
    from.on('close', () => {
      sockets.delete(from);
      if (state === 'up') to.destroy();
    });
  };

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    lines += 1;
    const far = connect({ host, port: Number(port), allowHalfOpen: true, noDelay: true });
    forward(client, far, () => news.emit('lost'));
    forward(far, client, () => undefined);
    if (state === 'down') hangUp();
  });
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address.hostname = '127.0.0.1';
  address.port = String((server.address() as AddressInfo).port);

  return {
    connectionString: address.href,
    lines: () => lines,
    goSilent() {
      state = 'silent';
    },
    lost: () => once(news, 'lost'),
    goDown() {
      state = 'down';
      hangUp();
    },
    comeBack() {
      state = 'up';
    },
    delay(roundTripMs) {
      oneWayMs = roundTripMs / 2;
    },
    async close() {
      hangUp();
      server.close();
      await once(server, 'close');
    },
  };
}
