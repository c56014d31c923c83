import { type ProxyOptions, type RunningProxy, startProxyServer } from './proxy-server.ts';

/** Starts an HTTP proxy: CONNECT of RFC 9110, 9.3.6, with the login of RFC 7617. */
export function startHttpProxy(options: ProxyOptions): Promise<RunningProxy> {
  const { login } = options;
  return startProxyServer(options, async ({ socket, takeUntil, reach, tunnel }) => {
    const request = await takeUntil('\r\n\r\n');
    const [, host = '', port] = /^CONNECT (\S+):(\d+) HTTP\/1\.1\r\n/.exec(request) ?? [];
    const [, credentials = ''] = /^Proxy-Authorization: Basic (\S+)\r$/im.exec(request) ?? [];
    if (login && Buffer.from(credentials, 'base64').toString() !== `${login.user}:${login.password}`) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\n\r\n');
      return;
    }
    const upstream = await reach(host, Number(port));
    if (!upstream) {
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      return;
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    tunnel(upstream);
  });
}

const method = { none: 0, password: 2, refused: 0xff } as const;
const reply = { granted: 0, hostUnreachable: 4 } as const;

/** Starts a SOCKS5 proxy: RFC 1928, with the login of RFC 1929. */
export function startSocks5(options: ProxyOptions): Promise<RunningProxy> {
  const { login } = options;
  return startProxyServer(options, async ({ socket, take, reach, tunnel }) => {
    const offered = await take((await take(2))[1] ?? 0);
    const wanted = login ? method.password : method.none;
    if (!offered.includes(wanted)) {
      socket.end(Buffer.from([5, method.refused]));
      return;
    }
    socket.write(Buffer.from([5, wanted]));
    if (login) {
      const user = await take((await take(2))[1] ?? 0);
      const password = await take((await take(1))[0] ?? 0);
      const isRight = user.toString() === login.user && password.toString() === login.password;
      socket.write(Buffer.from([1, isRight ? 0 : 1]));
      if (!isRight) return;
    }
    const [, , , kind] = await take(4);
    const host = kind === 1 ? (await take(4)).join('.') : (await take((await take(1))[0] ?? 0)).toString();
    const upstream = await reach(host, (await take(2)).readUInt16BE());
    socket.write(Buffer.from([5, upstream ? reply.granted : reply.hostUnreachable, 0, 1, 0, 0, 0, 0, 0, 0]));
    if (upstream) tunnel(upstream);
  });
}
