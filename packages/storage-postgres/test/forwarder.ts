import { EventEmitter, once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A proxy between clients and the server, which a test can break. */
export interface Forwarder {
  /** The URL of the server through this proxy. */
  readonly connectionString: string;
  /** Returns the number of connections that clients have made. */
  connections(): number;
  /** Drops all bytes from now on, and also the ends of connections. Closes no connection. */
  dropPackets(): void;
  /** Resolves when the next bytes of a client are dropped. */
  dropped(): Promise<unknown>;
  /** Closes all connections, and from now on each new one. */
  refuse(): void;
  /** Forwards again from now on. */
  forward(): void;
  /** Makes each round trip longer, by so many milliseconds. */
  delay(roundTripMs: number): void;
  close(): Promise<void>;
}

export async function startForwarder(connectionString: string): Promise<Forwarder> {
  const address = new URL(connectionString);
  const { hostname: host, port } = address;
  const events = new EventEmitter();
  const sockets = new Set<Socket>();
  let state: 'forwarding' | 'dropping' | 'refusing' = 'forwarding';
  let connections = 0;
  let oneWayMs = 0;

  const pipe = (from: Socket, to: Socket, onDropped: () => void): void => {
    sockets.add(from);
    const pass = (work: () => void): void => void (oneWayMs === 0 ? work() : setTimeout(work, oneWayMs));
    from.on('data', (bytes) => (state === 'forwarding' ? pass(() => to.write(bytes)) : onDropped()));
    from.on('end', () => (state === 'forwarding' ? pass(() => to.end()) : undefined));
    from.on('error', () => undefined);
    from.on('close', () => {
      sockets.delete(from);
      if (state === 'forwarding') to.destroy();
    });
  };

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    connections += 1;
    const far = connect({ host, port: Number(port), allowHalfOpen: true, noDelay: true });
    pipe(client, far, () => events.emit('dropped'));
    pipe(far, client, () => undefined);
    if (state === 'refusing') closeAll();
  });
  const closeAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address.hostname = '127.0.0.1';
  address.port = String((server.address() as AddressInfo).port);

  return {
    connectionString: address.href,
    connections: () => connections,
    dropPackets() {
      state = 'dropping';
    },
    dropped: () => once(events, 'dropped'),
    refuse() {
      state = 'refusing';
      closeAll();
    },
    forward() {
      state = 'forwarding';
    },
    delay(roundTripMs) {
      oneWayMs = roundTripMs / 2;
    },
    async close() {
      closeAll();
      server.close();
      await once(server, 'close');
    },
  };
}
