import type { Socket } from 'node:net';
import { openTunnel, type ProxyError } from '@sitemessage/http/tunnel';
import { aborted, coded } from './connection.ts';

/**
 * A connection through a proxy, which looks up the name.
 *
 * @throws Error that holds no credentials. Its code says whether the proxy refused (`EPROXY`), it or the server could not be reached
 * (`ECONNECTION`), or somebody stopped it (`EABORT`).
 */
export async function connectThroughProxy(proxy: URL, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  try {
    return await openTunnel(proxy, host, port, signal);
  } catch (error) {
    if (signal.aborted) throw aborted();
    const { fault, message } = error as ProxyError;
    throw coded(fault === 'refused' ? 'EPROXY' : 'ECONNECTION', `${message} (to ${host}:${port})`);
  }
}
