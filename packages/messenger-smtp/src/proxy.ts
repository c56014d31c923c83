import type { Socket } from 'node:net';
import { ConfigurationError } from '@sitemessage/core';
import { SocksClient } from 'socks';

/** Longer than any handshake takes, and shorter than a send may. */
const handshakeTimeoutMs = 10_000;

/**
 * A connection through a SOCKS5 proxy, which looks up the name.
 *
 * @throws ConfigurationError that holds nothing of the library's own error: that carries the password.
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
    throw new ConfigurationError(`The proxy ${proxy.host} did not connect to ${host}:${port}: ${(error as Error).message}`, {
      code: 'smtp_proxy',
    });
  }
}
