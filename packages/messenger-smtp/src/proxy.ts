import { request } from 'node:http';
import { isIPv6, type Socket } from 'node:net';
import { SocksClient } from 'socks';

/** Longer than any handshake takes, and shorter than a send may. */
const handshakeTimeoutMs = 10_000;

/**
 * A connection through a proxy, which looks up the name.
 *
 * @throws Error that holds no credentials. Its code says whether the proxy refused (`EPROXY`), or it or the server could not be
 * reached (`ECONNECTION`).
 */
export function connectThroughProxy(proxy: URL, host: string, port: number): Promise<Socket> {
  return proxy.protocol === 'http:' ? connectThroughHttp(proxy, host, port) : connectThroughSocks(proxy, host, port);
}

/** RFC 1928. The library's own error carries the password: nothing of it is kept but its words. */
async function connectThroughSocks(proxy: URL, host: string, port: number): Promise<Socket> {
  const { user, password } = credentials(proxy);
  try {
    const { socket } = await SocksClient.createConnection({
      command: 'connect',
      destination: { host, port },
      proxy: { host: hostname(proxy), port: Number(proxy.port), type: 5, ...(user !== '' && { userId: user, password }) },
      timeout: handshakeTimeoutMs,
    });
    return socket;
  } catch (error) {
    const { message } = error as Error;
    throw failure(proxy, host, port, message, isOutage(message));
  }
}

/** RFC 9110, 9.3.6. */
function connectThroughHttp(proxy: URL, host: string, port: number): Promise<Socket> {
  const { user, password } = credentials(proxy);
  const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const login = user === '' ? {} : { 'proxy-authorization': `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
  const asking = request({
    method: 'CONNECT',
    host: hostname(proxy),
    port: proxy.port || 80,
    path: authority,
    headers: { host: authority, ...login },
    agent: false,
    timeout: handshakeTimeoutMs,
  });
  return new Promise((resolve, reject) => {
    asking.on('timeout', () => asking.destroy(new Error('timed out')));
    asking.on('error', ({ message }) => reject(failure(proxy, host, port, message, true)));
    asking.on('connect', ({ statusCode = 0 }, socket: Socket, head) => {
      if (statusCode >= 200 && statusCode < 300) {
        socket.unshift(head);
        resolve(socket);
      } else {
        socket.destroy();
        reject(failure(proxy, host, port, `it answered ${statusCode}`, gatewayCodes.includes(statusCode)));
      }
    });
    asking.end();
  });
}

/** A proxy that is willing, and cannot reach the server. */
const gatewayCodes: readonly number[] = [502, 503, 504];

/** The library gives its errors no codes: the words of the system, its own, and those of RFC 1928, 6. */
const isOutage = (message: string): boolean =>
  /\bE[A-Z_]{4,}\b|timed out|NetworkUnreachable|HostUnreachable|ConnectionRefused|TTLExpired|Failure/.test(message);

const failure = (proxy: URL, host: string, port: number, problem: string, isOutage: boolean): Error =>
  Object.assign(new Error(`The proxy ${proxy.host} did not connect to ${host}:${port}: ${problem}`), {
    code: isOutage ? 'ECONNECTION' : 'EPROXY',
  });

const credentials = ({ username, password }: URL): { readonly user: string; readonly password: string } => ({
  user: decodeURIComponent(username),
  password: decodeURIComponent(password),
});

/** As a socket takes it: an IPv6 address without its brackets. */
export const hostname = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');
