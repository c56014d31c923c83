import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';

export interface Login {
  readonly user: string;
  readonly password: string;
}

export interface ProxyOptions {
  /** Nobody else is let through. Default: everybody is. */
  readonly login?: Login;
  /** Clients talk to it through TLS. Default: they do not. */
  readonly certificate?: { readonly key: string; readonly cert: string };
  /** Names that only this proxy can look up, and their ports. */
  readonly names: Readonly<Record<string, number>>;
}

/** A proxy on 127.0.0.1. */
export interface RunningProxy extends AsyncDisposable {
  readonly port: number;
  /** Where clients wanted to go, as they said it: `name:port`. */
  wanted(): readonly string[];
  /** Connections that are open now. */
  connections(): number;
}

/** What one client says and is told. */
export interface Client {
  readonly socket: Socket;
  /** The next so many bytes. */
  take(count: number): Promise<Buffer>;
  /** All up to and including this. */
  takeUntil(end: string): Promise<string>;
  /** Connects to what this name stands for; undefined when it stands for nothing. */
  reach(host: string, port: number): Promise<Socket | undefined>;
  /** Stops reading, and passes on what follows. */
  tunnel(upstream: Socket): void;
}

/** A server that speaks a proxy protocol. */
export async function startProxy({ names, certificate }: ProxyOptions, serve: (client: Client) => Promise<void>): Promise<RunningProxy> {
  const wanted: string[] = [];
  const sockets = new Set<Socket>();
  let clients = 0;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };

  const meet = (socket: Socket): void => {
    keep(socket);
    clients += 1;
    socket.on('close', () => {
      clients -= 1;
    });
    let heard = Buffer.alloc(0);
    let more = Promise.withResolvers<void>();
    const listen = (chunk: Buffer): void => {
      heard = Buffer.concat([heard, chunk]);
      more.resolve();
      more = Promise.withResolvers();
    };
    socket.on('data', listen);
    const cut = (count: number): Buffer => {
      const head = heard.subarray(0, count);
      heard = heard.subarray(count);
      return head;
    };
    const client: Client = {
      socket,
      async take(count) {
        while (heard.length < count) await more.promise;
        return cut(count);
      },
      async takeUntil(end) {
        while (!heard.includes(end)) await more.promise;
        return cut(heard.indexOf(end) + end.length).toString('latin1');
      },
      async reach(host, port) {
        wanted.push(`${host}:${port}`);
        const target = names[host];
        if (target === undefined) return undefined;
        const upstream = connect(target, '127.0.0.1');
        keep(upstream);
        await once(upstream, 'connect');
        return upstream;
      },
      tunnel(upstream) {
        socket.off('data', listen);
        upstream.write(heard);
        socket.pipe(upstream).pipe(socket);
        socket.on('close', () => upstream.destroy());
        upstream.on('close', () => socket.destroy());
      },
    };
    serve(client).catch(() => socket.destroy());
  };
  const server = certificate ? createSecureServer(certificate, meet) : createServer(meet);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    wanted: () => wanted,
    connections: () => clients,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
