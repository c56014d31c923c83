import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';

/** The login that a proxy asks for. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

export interface ProxyOptions {
  /** The only login that is let through. Default: no login is needed. */
  readonly login?: Login;
  /** The certificate for TLS between client and proxy. Default: no TLS. */
  readonly certificate?: { readonly key: string; readonly cert: string };
  /** Ports of 127.0.0.1 by host name. Only this proxy can look these names up. */
  readonly names: Readonly<Record<string, number>>;
}

/** A proxy on 127.0.0.1. */
export interface RunningProxy extends AsyncDisposable {
  readonly port: number;
  /** Returns the targets that clients asked for, as `name:port`. */
  wanted(): readonly string[];
  /** Returns the number of clients that are connected now. */
  connections(): number;
}

/** One client's connection, for a proxy protocol. */
interface Client {
  readonly socket: Socket;
  /** Reads this many bytes. */
  take(count: number): Promise<Buffer>;
  /** Reads up to and including `end`. */
  takeUntil(end: string): Promise<string>;
  /** Connects to the port of this name. Returns undefined for an unknown name. */
  reach(host: string, port: number): Promise<Socket | undefined>;
  /** Stops reading and pipes the rest to and from `upstream`. */
  tunnel(upstream: Socket): void;
}

/** Starts a TCP server that speaks a proxy protocol. */
export async function startProxyServer(
  { names, certificate }: ProxyOptions,
  serve: (client: Client) => Promise<void>,
): Promise<RunningProxy> {
  const wanted: string[] = [];
  const sockets = new Set<Socket>();
  let clients = 0;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };

  const accept = (socket: Socket): void => {
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
  const server = certificate ? createSecureServer(certificate, accept) : createServer(accept);
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
