import type { Socket } from 'node:net';
import { SocksClient } from 'socks';

/** Longer than any handshake takes, and shorter than a send may. */
const handshakeTimeoutMs = 10_000;

/**
 * A connection through a SOCKS5 proxy, which looks up the name.
 *
 * @throws Error that holds nothing of the library's own error: that carries the password. Its code says whether the proxy refused
 * (`EPROXY`), or it or the server could not be reached (`ECONNECTION`).
 */
export async function connectThroughSocks(proxy: URL, host: string, port: number): Promise<Socket> {
  const credentials =
    proxy.username === '' ? {} : { userId: decodeURIComponent(proxy.username), password: decodeURIComponent(proxy.password) };
  try {
    const { socket } = await SocksClient.createConnection({
      command: 'connect',
      destination: { host, port },
      proxy: { host: proxy.hostname, port: Number(proxy.port), type: 5, ...credentials },
      timeout: handshakeTimeoutMs,
    });
    return socket;
  } catch (error) {
    const { message } = error as Error;
    throw Object.assign(new Error(`The proxy ${proxy.host} did not connect to ${host}:${port}: ${message}`), {
      code: isOutage(message) ? 'ECONNECTION' : 'EPROXY',
    });
  }
}

/** The library gives its errors no codes: the words of the system, its own, and those of RFC 1928, 6. */
const isOutage = (message: string): boolean =>
  /\bE[A-Z_]{4,}\b|timed out|NetworkUnreachable|HostUnreachable|ConnectionRefused|TTLExpired|Failure/.test(message);
