import { type ProxyOptions, type RunningProxy, startProxy } from './proxy.ts';

/** RFC 9110, 9.3.6: CONNECT, with the login of RFC 7617. */
export function startHttpProxy(options: ProxyOptions): Promise<RunningProxy> {
  const { login } = options;
  return startProxy(options, async ({ socket, takeUntil, reach, tunnel }) => {
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
